"""Letters from the moment they are owed to the moment a relay has them, and everything that can go wrong between."""
