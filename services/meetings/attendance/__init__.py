"""Attendance: who came, as the organisers saw it or as a code on the day proves; names for organisers alone."""
