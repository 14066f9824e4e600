"""The registry: organisations, people, coalitions, activities and signing in.

Owns: the records of organisations, people and how to reach them, coalitions, activities (who does what where),
sign-ins, sessions and the keys that sign access tokens.

Publishes: organisation-registered, organisation-updated, person-registered, person-updated, contact-changed,
coalition-formed, coalition-changed, activity-recorded, sign-in-requested.

Consumes: nothing.
"""
