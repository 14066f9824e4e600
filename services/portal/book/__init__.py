"""Pages on which the Book of Good Practices is made."""
