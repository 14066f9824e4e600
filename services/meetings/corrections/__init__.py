"""Correcting what a scheduled meeting says: its title, text, languages and series, with who did it and how it was."""
