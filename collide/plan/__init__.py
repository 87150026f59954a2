"""Planning: from the piece a project describes to its steps. Nothing is started here."""
