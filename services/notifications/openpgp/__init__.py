"""OpenPGP: people's public keys, and mails that only they can read."""
