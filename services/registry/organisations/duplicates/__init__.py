"""Duplicates: pairs of records that are likely one organisation, until somebody merges them or tells them apart."""
