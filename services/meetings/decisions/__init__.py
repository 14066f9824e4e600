"""What a meeting decided: who answers for it, until when, what became of it, and the report it commissions."""
