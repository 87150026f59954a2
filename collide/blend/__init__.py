"""blend: from a clip to a keyed layer, from layers to a picture, from a picture to a video."""
