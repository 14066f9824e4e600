"""How Zgoda is run: on one bare machine (`local/`), in containers, on a cluster."""
