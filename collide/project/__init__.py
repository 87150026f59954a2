"""A project: its config, settings, clip selection, recipe and looks. Nothing is started here."""
