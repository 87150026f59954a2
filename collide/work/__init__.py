"""A project opened, and its steps carried out."""
