"""A project: its config, settings, clip selection, recipe and looks. It starts no process."""
