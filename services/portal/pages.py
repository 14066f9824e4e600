"""What a page is made of: one visit of one person, the templates in five languages, and redirects after forms."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape
from starlette.datastructures import FormData

from services.portal import words
from services.portal.clients import Services, by_link, nobody, services
from services.portal.clients.base import Authorization, Refused
from services.portal.languages import NAMES, Speech, preferred, speech_of
from services.portal.sessions import Cookies, Session, SignIn, Tokens
from services.portal.settings import Settings
from shared import logs
from shared.model import LANGUAGES, Language

log = logs.get(__name__)

HERE = Path(__file__).parent
STATIC = HERE / "static"
MAX_FIELDS = 2_000  # of one form: five languages of everything, and the people chosen


class SignInNeeded(Exception):
    """The page is for somebody who has signed in; ``then`` is where they were going."""

    def __init__(self, then: str) -> None:
        super().__init__("sign-in-needed")
        self.then = then


class Visit:
    """One request: in which language, by whom, and what may be asked of the services on their behalf."""

    def __init__(self, request: Request, language: Language) -> None:
        self.request = request
        self.language = language
        self.settings: Settings = request.app.state.settings
        self.cookies: Cookies = request.app.state.cookies
        self.tokens: Tokens = request.app.state.tokens
        self.speech: Speech = speech_of(language)
        self.session: Session | None = self.cookies.session(request.cookies.get(self.cookies.session_name))
        self.services: Services = self._services(self._bearer if self.session else nobody)
        request.state.visit = self
        request.state.cookies = []
        if self.session:
            self._keep_newest(self.session)

    @property
    def zone(self) -> str:
        """The time zone in which this person reads times."""
        return self.session.person.time_zone if self.session else "Europe/Warsaw"

    @property
    def anonymous(self) -> Services:
        """The services, asked on behalf of nobody in particular."""
        return self._services(nobody)

    def holding(self, link: str) -> Services:
        """Return the services, asked on behalf of whoever holds a signed link."""
        return self._services(by_link(link))

    def sign_in(self) -> SignIn | None:
        """Return the sign-in that this browser has asked for."""
        return self.cookies.sign_in(self.request.cookies.get(self.cookies.sign_in_name))

    def keep_sign_in(self, sign_in: SignIn) -> None:
        """Bind the answer's browser to ``sign_in``."""
        self.request.state.cookies.append(lambda: self.cookies.keep_sign_in(sign_in))

    def begin(self, session: Session) -> None:
        """Keep somebody signed in from now on."""
        self.session = session
        self.request.state.cookies = [
            lambda: self.cookies.keep_session(self.tokens.newest(session)),
            lambda: self.cookies.forget(self.cookies.sign_in_name),
        ]

    def end(self) -> None:
        """Forget who is signed in."""
        if self.session:
            self.tokens.end(self.session)
        self.session = None
        self.request.state.cookies = [lambda: self.cookies.forget(self.cookies.session_name)]

    def say(self, message: str, **values: object) -> str:
        """Return ``message`` in the language of the page."""
        return self.speech.text(message, **values)

    def why(self, code: str, otherwise: str) -> str:
        """Return what a refusal's ``code`` means, else the message ``otherwise``, in the language of the page."""
        return self.say(words.REFUSALS.get(code, otherwise))

    async def form(self, *, files: int = 0) -> FormData:
        """Return the form that was sent, with at most so many ``files``; whoever takes files closes the form."""
        return await self.request.form(max_files=files, max_fields=MAX_FIELDS, max_part_size=200_000)

    def page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Return a page in the language of the visit."""
        text = environment(self.language).get_template(template).render(visit=self, **context)
        return HTMLResponse(text, status_code=status)

    def go(self, path: str, **query: str) -> RedirectResponse:
        """Return what sends the browser on to ``path``, below the language, by GET."""
        return RedirectResponse(f"/{self.language}{path}{_query(query)}", status_code=303)

    def link(self, path: str, **query: Any) -> str:
        """Return the address of one of our pages in this language; empty parts of the query are left out."""
        return f"/{self.language}{path}{_query(query)}"

    def here_in(self, language: Language) -> str:
        """Return the address of this page in another language."""
        path = self.request.url.path
        rest = path[3:] if path[1:3] in LANGUAGES and path[3:4] in ("", "/") else ""
        query = self.request.url.query if self.request.method in ("GET", "HEAD") else ""
        return f"/{language}{rest}" + (f"?{query}" if query else "")

    def zones(self, names: list[str]) -> list[tuple[str, str]]:
        """Return time zones as choices, by the names of their cities."""
        return sorted(((name, self.speech.zone(name)) for name in names), key=lambda zone: zone[1])

    def _services(self, authorization: Authorization) -> Services:
        return services(self.request.app.state.http, self.settings, authorization, visitor=self._visitor)

    @property
    def _visitor(self) -> str:
        """What tells this visitor from others, for rate limits: a keyed fingerprint of the network they come from.

        Nothing where they come by a proxy that nobody named: one visitor would use up what all of them may.
        """
        client = self.request.client
        if client is None:
            return ""
        if client.port and _is_inner(client.host):  # uvicorn gives no port to what a trusted proxy says
            _tell_of_proxy(client.host)
            return ""
        return self.cookies.fingerprint(_network(client.host))

    async def _bearer(self, audience: str, refused: bool) -> str:
        if self.session is None:
            return ""
        if refused:
            self.tokens.drop(self.session, audience)
        try:
            if refused:
                await self._recognise(self.session)
            return f"Bearer {await self.tokens.access(self.session, audience)}"
        except Refused as refusal:
            if refusal.status not in (400, 401, 403, 404, 422):
                raise
            self.end()
            raise SignInNeeded(self.request.url.path) from None

    async def _recognise(self, session: Session) -> None:
        """Learn anew who the person is: their rights have changed since they signed in."""
        self.tokens.drop(session, "registry")
        token = await self.tokens.access(session, "registry")

        async def once(_: str, __: bool) -> str:
            return f"Bearer {token}"

        self.tokens.recognise(session, await self._services(once).registry.me())
        self.session = self.tokens.newest(session)

    def _keep_newest(self, session: Session) -> None:
        """Send the cookie again when the answer is ready, if the session has moved on by then."""

        def newest() -> str | None:
            latest = self.tokens.newest(session)
            return self.cookies.keep_session(latest) if latest.turn != session.turn else None

        self.request.state.cookies.append(newest)


def _network(host: str) -> str:
    """Return an IPv4 address, or the 64 bits of an IPv6 address that one subscriber has to themselves."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))


def _is_inner(host: str) -> bool:
    """Whether this is an address of our own network, which is a proxy's when visitors come from outside."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


@cache
def _tell_of_proxy(host: str) -> None:
    """Tell operators, once for each address, that visitors cannot be told apart."""
    log.warning("visitors-look-alike", proxy=host, hint="name your proxies in TRUSTED_PROXIES, see deploy/runbook.md")


def _query(query: dict[str, Any]) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "", [])}
    return f"?{urlencode(given, doseq=True)}" if given else ""


@cache
def environment(language: Language) -> Environment:
    """Return the templates in one language."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = speech_of(language)
    found.install_gettext_translations(spoken.translations, newstyle=True)  # type: ignore[attr-defined]  # by ext.i18n
    found.filters["wide_tables"] = wide_tables
    found.globals.update(
        language=language,
        speech=spoken,
        words=words,
        languages=NAMES,
        asset=asset,
        options=lambda table: [(code, spoken.text(word)) for code, word in table.items()],
        new_key=lambda: secrets.token_urlsafe(18),
        readable=local_language,
        speech_in=speech_of,
        local=lambda texts: local(texts, language),
        local_language=lambda texts: local_language(texts, language),
    )
    return found


def wide_tables(html: str, name: str) -> str:
    """Return sanitised ``html`` in which tables scroll by themselves, also by keyboard, so that the page need not."""
    around = f'<div class="table" role="group" tabindex="0" aria-label="{escape(name)}"><table>'
    return html.replace("<table>", around).replace("</table>", "</table></div>")


@cache
def asset(name: str) -> str:
    """Return the address of one of our own files, by its content: browsers may keep it for ever."""
    path = STATIC / name
    return f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}" if path.exists() else ""


def local_language(texts: dict[str, str] | str, language: Language) -> Language:
    """Return the language in which a text can be read by somebody who prefers ``language``."""
    if isinstance(texts, str):
        return language
    order: tuple[Language, ...] = (language, "en", "pl", "ru", "uk", "be")
    return next((each for each in order if texts.get(each)), language)


def local(texts: dict[str, str] | str, language: Language) -> str:
    """Return a text in ``language``, or in the next best one that it is written in."""
    return texts if isinstance(texts, str) else texts.get(local_language(texts, language), "")


def anyone(request: Request, language: Language) -> Visit:
    """Return the visit of anybody.  Raises `Refused` for a form of another site, or one too large."""
    if (refused := getattr(request.state, "refused", "")) != "":
        raise Refused(*((403, "foreign-origin") if refused == "foreign" else (413, "too-large")))
    return Visit(request, language)


def signed_in(request: Request, language: Language) -> Visit:
    """Return the visit of somebody who has signed in.  Raises `SignInNeeded`."""
    visit = anyone(request, language)
    if visit.session is None:
        query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
        raise SignInNeeded(request.url.path + query)
    return visit


def editor(request: Request, language: Language) -> Visit:
    """Return the visit of an editor or coordinator.  Raises `SignInNeeded`, or `Refused` with 403."""
    visit = signed_in(request, language)
    if visit.session is None or not visit.session.may_edit:
        raise Refused(403)
    return visit


def coordinator(request: Request, language: Language) -> Visit:
    """Return the visit of a coordinator.  Raises `SignInNeeded`, or `Refused` with 403."""
    visit = signed_in(request, language)
    if visit.session is None or not visit.session.may_coordinate:
        raise Refused(403)
    return visit


def viewer(request: Request, language: Language) -> Visit:
    """Return the visit of a coordinator, or of an operator who looks.  Raises `SignInNeeded`, or `Refused` with 403."""
    visit = signed_in(request, language)
    if visit.session is None or not visit.session.may_look:
        raise Refused(403)
    return visit


def operator(request: Request, language: Language) -> Visit:
    """Return the visit of an operator.  Raises `SignInNeeded`, or `Refused` with 403."""
    visit = signed_in(request, language)
    if visit.session is None or not visit.session.may_operate:
        raise Refused(403)
    return visit


Anyone = Annotated[Visit, Depends(anyone)]
SignedIn = Annotated[Visit, Depends(signed_in)]
Editor = Annotated[Visit, Depends(editor)]
Coordinator = Annotated[Visit, Depends(coordinator)]
Viewer = Annotated[Visit, Depends(viewer)]
Operator = Annotated[Visit, Depends(operator)]


def language_of(request: Request) -> Language:
    """Return the language in an address, else the one the browser prefers."""
    first = request.url.path[1:3]
    known = next((each for each in LANGUAGES if each == first and request.url.path[3:4] in ("", "/")), None)
    return known or preferred(request.headers.get("accept-language"))


def download(body: bytes | AsyncIterator[bytes], *, kind: str, name: str, keep: str = "no-store") -> Response:
    """Return a file to keep under ``name``, whole or as it comes."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": keep}
    if isinstance(body, bytes):
        return Response(body, media_type=kind, headers=headers)
    return StreamingResponse(body, media_type=kind, headers=headers)
