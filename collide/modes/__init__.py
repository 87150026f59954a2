"""modes: ways to find the colors of a layer that become windows."""
