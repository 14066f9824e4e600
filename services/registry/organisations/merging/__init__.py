"""Merging: several records that turn out to be one organisation, and telling them apart again."""
