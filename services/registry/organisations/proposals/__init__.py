"""Proposals: names in files of which it is not certain whose they are, and what coordinators decided of them."""
