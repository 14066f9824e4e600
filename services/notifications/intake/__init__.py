"""What comes back: mails to the addresses that our letters came from, read by machine and answered by rule."""
