"""Signing in: a link by letter, bound to the browser that asked; then short access tokens and one refresh token."""
