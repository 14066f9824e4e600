"""Reporting periods: whom they ask, who has answered, and what one's own organisation says."""
