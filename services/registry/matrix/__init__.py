"""The matrix: who does what where, counted by any two of nine axes, for each reader from what that reader may know."""
