"""What readers get: editions that never change, as data, page, PDF and feed."""
