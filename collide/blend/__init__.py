"""blend: from a clip to its look and cut, from layers to a picture, from a picture to a video."""
