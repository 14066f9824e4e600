"""Exports: what is on record as files that others can read, for whoever asks and no wider."""
