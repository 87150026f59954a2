"""post: what ages, grades and steadies the finished picture."""
