"""The web pages: everything people see of Zgoda, in five languages, also without JavaScript, on a phone.

Owns: nothing; it keeps no data and asks the other services over HTTP on behalf of whoever looks.
Publishes: nothing.
Consumes: nothing.
"""
