"""Whom our letters do not reach, as far as notifications has found out."""
