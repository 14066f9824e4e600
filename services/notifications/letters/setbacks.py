"""What letters say of what did not go as it was meant to: why, in words, and where it is mended."""

from typing import Any, NamedTuple

from services.notifications.letters import dates
from services.notifications.letters.encoding import one_line
from services.notifications.letters.facts import ReleaseFacts, WebhookFacts
from services.notifications.letters.language import N_, language_name, spoken, translations
from services.notifications.letters.rendering import Told
from shared.events.reports import HeldReason
from shared.model import Language

REASONS = {
    "changed-since-planned": N_("The report was changed after it was planned. Look at it, and plan it anew."),
    "nothing-changed": N_("The latest edition says the same already."),
    "withdrawn": N_("The report was withdrawn after it was planned. Look at it, and plan it anew."),
    "planner-erased": N_("Whoever planned it is no longer here. Plan it anew."),
    "under-embargo": N_("The embargo had not ended."),
    "title-missing": N_("The title is missing."),
    "summary-missing": N_("The summary is missing."),
    "section-not-written": N_("This section is not written yet."),
    "section-not-accepted": N_("The editors have not taken this section yet."),
    "sign-off-missing": N_("An organisation has not signed this section off."),
    "sign-off-outdated": N_("An organisation has signed off an older text: ask it again."),
    "credit-missing": N_("It is not said by which name readers know a contributor."),
    "hidden-name-missing": N_(
        "It is not said what an organisation under a pseudonym is called: nobody can look for its name."
    ),
    "names-not-searched": N_("There are more protected names than can be searched for. Tell whoever runs this."),
    "image-missing": N_("The text shows a picture that is gone."),
    "alt-text-missing": N_("A picture is not described for those who do not see it."),
    "practice-title-missing": N_("A good practice has no title."),
    "practice-text-missing": N_("A good practice is not written yet."),
    "indicator-not-named": N_("An indicator has no title, or a row has no name."),
    "source-missing": N_("It is not said where the numbers come from."),
    "protected-name": N_("A protected name stands here. Take it out."),
    "claim-passage-gone": N_("A passage that is linked to evidence is no longer there. Link the new words."),
    "claim-without-source": N_("A passage rests on evidence without a source, or withdrawn. Name the source."),
}
"""What holds a report back, by its code."""
ANOTHER_REASON = N_("Something must be put right first: the page of publication says what.")
PARTS = {
    "title": N_("Title"),
    "summary": N_("Summary"),
    "images": N_("Pictures in the text"),
    "indicators": N_("Indicators"),
    "contributors": N_("Names of contributors"),
    "erratum": N_("The erratum"),
}
TROUBLES = {
    "challenge-not-answered": N_("It answered, but did not say the challenge."),
    "name-not-found": N_("Its name was not found."),
    "address-not-allowed": N_("Its name leads into a private network, where nothing is called."),
    "url-not-allowed": N_("Its address must not be called."),
    "TimeoutError": N_("It did not answer in time."),
    "ReadTimeout": N_("It did not answer in time."),
    "ConnectTimeout": N_("It did not answer in time."),
    "410": N_("It answered with 410: it wants to be called no more."),
}
"""Why a system did not take a message, by its code."""
ANSWERED = N_("It answered with %(status)s.")
NOT_REACHED = N_("It could not be reached.")


class Reason(NamedTuple):
    """One reason: ``where`` it is mended, if not in the whole, and in which languages."""

    where: Told
    languages: str
    what: str


def tell_release(facts: ReleaseFacts, language: Language, time_zone: str) -> dict[str, Any]:
    """Return the variables of the templates for a report that did not come out."""
    title = _line(facts.notice.report, language)
    untitled = Told(translations(language).gettext("Report"), language)
    return {
        "title": title if title.text else untitled,
        "planned_for": dates.point(facts.planned_for, language, time_zone) if facts.planned_for else "",
        "reasons": [_reason(each, language) for each in facts.notice.reasons],
        "more": facts.more,
    }


def tell_webhook(facts: WebhookFacts, language: Language, time_zone: str) -> dict[str, Any]:
    """Return the variables of the templates for a system that is called no more."""
    return {
        "title": Told(one_line(facts.notice.label), language),
        "host": one_line(facts.notice.host),
        "failing_since": dates.point(facts.failing_since, language, time_zone),
        "trouble": _trouble(facts.code, language),
    }


def _reason(reason: HeldReason, language: Language) -> Reason:
    gettext = translations(language).gettext
    part = Told(gettext(PARTS[reason.part]) if reason.part in PARTS else "", language)
    named = ", ".join(language_name(each, language) for each in reason.languages)
    section = _line(reason.section, language)
    return Reason(section if section.text else part, named, gettext(REASONS.get(reason.code, ANOTHER_REASON)))


def _trouble(code: str, language: Language) -> str:
    gettext = translations(language).gettext
    if code in TROUBLES:
        return gettext(TROUBLES[code])
    return gettext(ANSWERED) % {"status": code} if code.isdecimal() else gettext(NOT_REACHED)


def _line(texts: dict[Language, str], language: Language) -> Told:
    text, really = spoken(texts, language)
    return Told(one_line(text), really)
