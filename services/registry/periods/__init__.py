"""The reporting cycle: organisations are asked what they did in a period, reminded once, and then it locks."""
