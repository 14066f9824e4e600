"""Indicators: numbers by theme and period, entered by somebody or counted from the evidence."""
