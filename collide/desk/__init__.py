"""What a person says to the machine, and hears from it."""
