"""Letters one by one: found, followed back to what caused them, looked at as their readers get them."""
