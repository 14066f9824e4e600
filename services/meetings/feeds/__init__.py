"""Calendar feeds: a secret, revocable address at which a calendar program reads a person's meetings, or a series'."""
