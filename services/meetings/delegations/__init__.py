"""Somebody else of the same organisation comes: naming a colleague, and taking it back."""
