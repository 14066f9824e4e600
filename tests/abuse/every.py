"""Whether every attack is made at every place."""

import os

EVERYTHING = bool(os.environ.get("ZGODA_EVERY_ATTACK"))
"""For whoever changed how input is read; else each place gets some of them, places taking turns."""
