"""News for many: who must hear of a meeting or a report, and the letters to them, written down chunk by chunk."""
