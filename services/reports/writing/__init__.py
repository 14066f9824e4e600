"""Writing together: how far each section is, who has signed it off, and who holds something against it."""
