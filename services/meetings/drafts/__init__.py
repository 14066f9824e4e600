"""Drafts: meetings without a date yet; nobody is invited until one is scheduled, and it keeps its address then."""
