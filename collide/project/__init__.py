"""A project: its config, settings, clip selection, recipe and looks; no process is started."""
