"""Incidents: what happened, when and where, in acts with victims and perpetrators, and where it is known from."""
