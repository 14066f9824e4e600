"""Invitations: one for each person and meeting, answered by its owner alone."""
