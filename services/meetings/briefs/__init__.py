"""Briefs: what concerns each invited person before a meeting, by mail and on a page."""
