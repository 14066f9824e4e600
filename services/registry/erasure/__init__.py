"""How somebody is forgotten: here at once, and in every service by `person-erased`."""
