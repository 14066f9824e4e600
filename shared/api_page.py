"""What an API can do, as a page of its own: no script, nothing from elsewhere, so that reading it tells nobody."""

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.requests import Request

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}"
    "code{overflow-wrap:anywhere}dt{margin-top:1rem}dd{margin:0 0 0 1.5rem}"
)
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


def install(app: FastAPI) -> None:
    """Give ``app`` the page, at ``/docs``; programs read ``/openapi.json``."""

    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse(api_page(app.openapi()), headers=HEADERS)

    app.add_route("/docs", page, include_in_schema=False)


def api_page(described: dict[str, Any]) -> str:
    """Return the page of an OpenAPI 3.1 description: each operation with what it does, by tags."""
    by_tag: dict[str, list[str]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            tag = next(iter(operation.get("tags", ())), "other")
            by_tag.setdefault(tag, []).append(_operation(method.upper(), path, operation))
    title = escape(described["info"]["title"])
    parts = [f"<h2>{escape(tag)}</h2>\n<dl>\n{''.join(found)}</dl>\n" for tag, found in sorted(by_tag.items())]
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n"
        '<p>All of it, with every field, for programs: <a href="/openapi.json">OpenAPI</a>.</p>\n'
        f"{''.join(parts)}</body>\n</html>\n"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    query = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    asked = f"?{'&'.join(query)}" if query else ""
    said = operation.get("description") or operation.get("summary", "")
    return f"<dt><code>{method} {escape(path + asked)}</code></dt>\n<dd>{escape(said)}</dd>\n"
