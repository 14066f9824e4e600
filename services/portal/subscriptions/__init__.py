"""Subscribing to reports: asking, confirming, ending."""
