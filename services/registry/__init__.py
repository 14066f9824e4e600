"""The registry: organisations, people, coalitions, activities and signing in.

Owns: the records of organisations, people and how to reach them (encrypted, with their keys), what they agreed to,
who was erased, who is unreachable, coalitions, activities (who does what where), sign-ins, sessions and the signing
keys of access tokens.

Publishes: organisation-registered, organisation-updated, person-registered, person-updated, contact-changed,
person-erased, coalition-formed, coalition-changed, activity-recorded, sign-in-requested.

Consumes: address-suppressed, person-updated.
"""
