"""Who may do what at the broker: one user per service, with the least rights it works with."""
