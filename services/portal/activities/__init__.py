"""Pages of activities: who funds and does what where, and the places nobody knows."""
