"""Minutes: what was said on each item of a meeting, in versions, proposed to the participants and then approved."""
