"""The pages of indicators: tables of numbers with their pictures."""
