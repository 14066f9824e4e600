"""Messages: practical notes from the organisers to those invited, chosen by where they stand."""
