"""collide: a content-addressed build system for generative video."""

__version__ = "0.1.0"
