"""People and how to reach them: each under a data key of their own, so that they can be erased."""
