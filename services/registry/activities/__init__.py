"""Activities: who does what where, with whose money."""
