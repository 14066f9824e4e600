"""A report while it is written: what it is about, and its sections in each language."""
