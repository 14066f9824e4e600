"""The pages of evidence: what happened, to whom, by whom, how it is known, and who had it in hand."""
