"""Organisations: one record each under many spellings, found in any script."""
