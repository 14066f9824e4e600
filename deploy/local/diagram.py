"""The diagram of services and events in docs/architecture.md, as Mermaid."""

import re

from deploy.local import wiring
from shared.events import CATALOGUE

BEGIN = "<!-- the diagram: written by ./zgoda docs -->"
END = "<!-- end of the diagram -->"


def inserted(page: str, consumers: dict[str, list[str]]) -> str:
    """Return ``page`` with the diagram between its markers.  Raises `ValueError` when they are missing."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not between.search(page):
        raise ValueError("docs/architecture.md has lost the markers of its diagram")
    return between.sub(lambda _: f"{BEGIN}\n```mermaid\n{mermaid(consumers)}\n```\n{END}", page)


def mermaid(consumers: dict[str, list[str]]) -> str:
    """Return the flow chart: who calls whom over HTTP (dotted), and which events go from whom to whom."""
    lines = ["flowchart LR", "  people([people]) -.-> portal"]
    lines += [f"  portal -. HTTP .-> {name}" for name in called_by_portal()]
    for (publisher, consumer), events in sorted(_flows(consumers).items()):
        lines.append(f'  {publisher} -- "{"<br/>".join(sorted(events))}" --> {consumer}')
    lines.append("  notifications -. SMTP .-> letters([letters to people])")
    return "\n".join(lines)


def called_by_portal() -> list[str]:
    """Return the services whose address the portal has."""
    settings = wiring.settings_of("portal").model_fields
    return [name for name in wiring.api_names() if f"{name}_url" in settings]


def _flows(consumers: dict[str, list[str]]) -> dict[tuple[str, str], list[str]]:
    flows: dict[tuple[str, str], list[str]] = {}
    for name, event in CATALOGUE.items():
        for consumer in consumers[name]:
            flows.setdefault((event.publisher, consumer), []).append(name)
    return flows
