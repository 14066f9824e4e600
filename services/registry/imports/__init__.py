"""Imports: files of others, read row by row, so that what is wrong is said and what is right is kept."""
