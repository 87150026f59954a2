"""The promises of collide, as tests: unit/ the pure parts, steps/ the laws of every instrument."""
