"""The farm: whole pieces rendered on other machines and delivered here."""
