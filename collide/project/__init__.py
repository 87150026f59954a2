"""A project: its config, settings, clip selection, recipe and looks. It never starts a process."""
