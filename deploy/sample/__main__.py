"""Fills a system in containers: `docker compose run --rm sample`.  Needs the registry's environment and MailDev."""

import os
from pathlib import Path

from deploy.operate import add_coordinator
from deploy.sample.letters import MailDev
from deploy.sample.story import COORDINATOR, Story

SERVICES = ("registry", "meetings", "reports")

if __name__ == "__main__":
    name, address = COORDINATOR
    add_coordinator(address, name, "pl")
    urls = {service: os.environ[f"{service.upper()}_URL"] for service in SERVICES}
    Story(urls, MailDev(os.environ["MAILS_URL"]), Path("/tmp/sample.json"), say=print).tell()  # noqa: S108 - its own
    print(f"Sign in at {os.environ['PORTAL_URL']} as {address}; the link arrives in the caught mails.")
