"""Files that are read in: uploaded, their columns chosen, tried, confirmed, and accounted for row by row."""
