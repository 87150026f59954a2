"""Many pieces, one after another, while nobody watches."""
