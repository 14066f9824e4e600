"""The directory: what is remembered here of people, organisations and coalitions, to know whom an audience means."""
