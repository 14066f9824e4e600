"""`python -m deploy.local`: the command line."""

from deploy.local.cli import app

app(prog_name="zgoda")
