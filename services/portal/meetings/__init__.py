"""The pages of meetings: the desk, one meeting with its answers and letters, scheduling, moving, calling off."""
