"""The clip library: its folders, scans, content digests, lookalikes, and the origins of clips."""
