"""collide: a content-addressed build system for generative video."""

from collide.early import begin

__version__ = "0.1.0"

begin()
