"""Exhibits: the files that evidence rests on, with the SHA-256 that each had when it was taken in."""
