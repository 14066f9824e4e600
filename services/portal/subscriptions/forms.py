"""What a form says of a wish to be told of reports: of subscribers and of systems."""

from typing import Any

from starlette.datastructures import FormData

from services.portal.clients.subscriptions import Subscription
from services.portal.languages import N_
from services.portal.pages import Visit
from services.portal.subscriptions.words import FREQUENCIES, KINDS
from services.portal.words import THEMES
from shared.model import LANGUAGES

MAX_COUNTRIES = 50  # as reports takes


def wish_of(visit: Visit, form: FormData) -> dict[str, Any]:
    """Return the wish in a form; what it does not know is left out, and all kinds are as good as none."""
    language = str(form.get("written_in", ""))
    frequency = str(form.get("frequency", ""))
    return {
        **narrowed(visit, form),
        "language": language if language in LANGUAGES else visit.language,
        "frequency": frequency if frequency in FREQUENCIES else "now",
    }


def narrowed(visit: Visit, form: FormData) -> dict[str, Any]:
    """Return which reports a form is about."""
    known = dict(visit.speech.countries())
    kinds = [each for each in KINDS if each in form.getlist("kinds")]
    return {
        "themes": [each for each in THEMES if each in form.getlist("themes")],
        "languages": [each for each in LANGUAGES if each in form.getlist("languages")],
        "countries": [str(each) for each in form.getlist("countries") if each in known][:MAX_COUNTRIES],
        "kinds": [] if len(kinds) == len(KINDS) else kinds,
    }


def problems_of(visit: Visit, wish: dict[str, Any]) -> dict[str, str]:
    """Return what is missing in a wish, by field."""
    return {} if wish["themes"] else {"themes": visit.say(N_("Choose at least one theme."))}


def as_wish(own: Subscription) -> dict[str, Any]:
    """Return a subscription as a form shows it."""
    return own.model_dump(include={"themes", "language", "languages", "countries", "kinds", "frequency"})


async def countries(visit: Visit, chosen: list[str]) -> list[tuple[str, str]]:
    """Return the countries to choose from: those of published reports, and those chosen already."""
    offered = {*(await visit.anonymous.subscriptions.offered()).countries, *chosen}
    return [(code, name) for code, name in visit.speech.countries() if code in offered]
