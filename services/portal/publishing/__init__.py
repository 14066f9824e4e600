"""The pages of publishing: what is missing, now or at a time, corrections, withdrawal, and what is left of that."""
