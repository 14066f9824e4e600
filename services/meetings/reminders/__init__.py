"""Asking again those who have not answered, and nobody else."""
