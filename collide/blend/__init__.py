"""blend: from a clip to its colors and cut, from layers to a picture, from a picture to a video."""
