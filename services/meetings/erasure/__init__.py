"""How somebody is forgotten here: by every part that wrote something down of them."""
