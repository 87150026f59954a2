"""The syntax of a command line: verbs, their variables, and the project that may be left out."""
