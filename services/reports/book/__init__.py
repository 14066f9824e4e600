"""The Book of Good Practices: what a report of that kind holds, each practice at an address that stays."""
