"""How to reach people: encrypted under a key of their own, so that deleting the key makes them unreachable for ever."""
