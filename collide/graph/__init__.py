"""From what the artist asked for to the steps of a piece: nothing is started here."""
