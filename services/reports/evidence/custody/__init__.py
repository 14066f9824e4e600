"""Custody: who had which evidence in hand and when, in a log whose every row holds the hash of the one before."""
