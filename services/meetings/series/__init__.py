"""Series: meetings that follow each other, under one name."""
