"""Coalitions: named groups of organisations that are invited together."""
