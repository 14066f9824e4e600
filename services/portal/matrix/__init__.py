"""Who does what where: the matrix, what is behind its cells, overlaps and gaps, pictures, files of what is shown."""
