"""The pages of reports: the library, one report, and its editor."""
