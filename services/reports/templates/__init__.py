"""Templates: which sections a report of each kind has, what they are called, and what belongs in them."""
