"""The whole system on one machine without Docker: servers, services, sample data, and the command line over them."""
