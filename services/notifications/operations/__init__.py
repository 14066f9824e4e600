"""What an operator may do about letters: hold and release, cancel, look at one, and ask where it comes from."""
