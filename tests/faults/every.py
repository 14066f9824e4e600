"""Whether every fault is made, or those that a run of all tests has time for."""

import os

EVERYTHING = bool(os.environ.get("ZGODA_EVERY_FAULT"))
"""All mistakes, troubles and primaries: minutes more, for whoever changed how events are told, handled or kept."""
