"""Whom to invite, by query; where everybody stands; places, reminders, proposed times."""
