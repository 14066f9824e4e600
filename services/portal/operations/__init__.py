"""What operators look after: letters that wait, addresses given up, events that could not be handled."""
