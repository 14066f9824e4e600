"""The pages that prepare a meeting and look back at it: drafts, series, agenda, documents, attendance, certificates."""
