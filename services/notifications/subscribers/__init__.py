"""Those who asked to hear of reports: what they want to hear, who was told what, and what they hear once a week."""
