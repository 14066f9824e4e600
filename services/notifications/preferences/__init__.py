"""How people want to be written to: what of, when, in which language; and the digests that join what waits."""
