"""Parties: the people and groups whom evidence names; each under a key of its own, so that it can be erased."""
