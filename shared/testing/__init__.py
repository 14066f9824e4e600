"""What tests stand on: real MongoDB and RabbitMQ, services in this process, actors of every role.

`tests/conftest.py` turns these into fixtures.
"""
