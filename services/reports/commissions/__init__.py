"""Commissions: which decision asked for a report, who writes it, who edits it, until when."""
