"""What collide costs: ratios.py for its work, costs.py for itself."""
