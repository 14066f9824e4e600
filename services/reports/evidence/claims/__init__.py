"""Claims: which passage of a section rests on which evidence."""
