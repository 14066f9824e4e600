"""The registry: organisations, people, coalitions, activities and signing in.

Owns: the records of organisations, people and how to reach them (encrypted, with their keys), coalitions, activities
(who does what where), sign-ins, sessions and the signing keys of access tokens.

Publishes: organisation-registered, organisation-updated, person-registered, person-updated, contact-changed,
coalition-formed, coalition-changed, activity-recorded, sign-in-requested.

Consumes: nothing.
"""
