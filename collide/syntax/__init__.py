"""Command-line syntax: verbs, their variables, and the default for an omitted `project=`."""
