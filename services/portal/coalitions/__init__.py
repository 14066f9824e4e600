"""Coalitions: which there are, of whom they are, and for coordinators how they are called."""
