"""Evidence of a report in the manner of HURIDOCS: incidents, their acts, who suffered and who did it, the sources."""
