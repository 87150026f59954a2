"""post: effects that age, grade and steady the finished picture."""
