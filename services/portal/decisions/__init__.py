"""What comes of meetings: minutes, the board of decisions, tasks, and everybody's own brief."""
