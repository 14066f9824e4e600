"""Comments on a draft, in threads: on a section or on a passage of it, open until somebody settles them."""
