"""Places at a meeting: how many there are, who has one, and who waits for one."""
