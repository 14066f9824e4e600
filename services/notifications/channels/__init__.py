"""Second paths: where somebody hears that a notice waits for them when its letter stays unanswered.

A further channel is one file with a class that has what `Channel` asks for, and a line in `catalogue`.
"""
