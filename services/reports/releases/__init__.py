"""When a report comes out: until when it must not, when it does by itself, and which passages somebody has cleared."""
