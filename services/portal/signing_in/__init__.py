"""Signing in by a link sent to one's own address, and out again."""
