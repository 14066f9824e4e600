"""Addresses to which nothing is sent any more, why, and since when: decided by a rule, told to whoever must know."""
