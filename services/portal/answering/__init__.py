"""The page behind the personal link of an invitation: no login, no other names."""
