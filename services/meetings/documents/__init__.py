"""Documents of a meeting or one of its sessions: described first, then sent, checked, and shown to those who may."""
