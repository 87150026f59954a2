"""The clip library: its folders, scans, content digests, likeness, and where clips came from."""
