"""Meetings: their time, place and agenda, and how they are moved and called off."""
