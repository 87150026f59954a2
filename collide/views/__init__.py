"""Views: the gallery, contact sheets, reports, and the pages of clips and cameras."""
