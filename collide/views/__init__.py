"""What people look at: gallery, contact sheets, reports, and the pages of clips and cameras."""
