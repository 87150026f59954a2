"""Laws of the farm: orders, workers, and what may happen to them."""
