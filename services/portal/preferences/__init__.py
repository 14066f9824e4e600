"""How one is written to: chosen by the link in every letter, without signing in."""
