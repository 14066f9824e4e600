"""What a section said before: every save is kept, can be compared and brought back; so is what was not saved yet."""
