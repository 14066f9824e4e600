"""Editions after the first: languages one by one, corrections, withdrawals, and what stops them."""

from datetime import timedelta
from typing import Any

import pytest

from services.reports.publication.checks import checklist, mark
from services.reports.publication.content import Author, Content, ContentImage, ContentIndicator, ContentSeries, Dissent
from services.reports.publication.domain import (
    CorrectReport,
    Edition,
    PublishReport,
    WithdrawReport,
    correct,
    publish,
    withdraw,
)
from services.reports.publication.draft import Draft
from services.reports.publication.names import Names
from services.reports.reports import domain
from services.reports.reports.domain import Report, WriteSection
from shared.ids import new_id
from shared.model import Language
from shared.problems import Conflict, FieldError, Invalid
from tests.reports.builders import AUTHOR, NOW, written

LATER = NOW + timedelta(days=1)
PICTURE = new_id()
NAME = "Anna Kowalska"


def draft(*languages: Language, **parts: Any) -> Draft:
    """Return a draft with every section written."""
    report, sections = written(*languages)
    return Draft(report, sections, **parts)


def rewritten(before: Draft, report: Report, language: Language, text: str) -> Draft:
    """Return the draft of ``report`` with another first section in one language."""
    first = next(each for each in before.sections if each.language == language)
    changed = domain.write(first, WriteSection(text=text), seen=first.revision, now=LATER, by=AUTHOR)
    return Draft(report, [changed if each is first else each for each in before.sections])


def first_edition(of: Draft, *languages: Language) -> tuple[Report, Edition]:
    """Publish a draft in ``languages``, or in all."""
    report, edition, _ = publish(of, PublishReport(languages=languages or None), now=NOW, by=AUTHOR)
    return report, edition


def text_of(content: Content, language: Language) -> str:
    """Return the text of the first section."""
    return content.sections[0].text[language]


def test_a_language_published_later_leaves_the_others_word_for_word_and_says_what_it_was_translated_from() -> None:
    begun = draft("en", "pl")
    report, one = first_edition(begun, "en")
    changed = rewritten(begun, report, "en", "Half of a new sentence")
    command = PublishReport(languages=("pl",), translation_of={"pl": "en"})
    report, two, event = publish(changed, command, before=one, now=LATER, by=AUTHOR)
    content = two.read()
    assert (two.languages, content.translation_of) == (("en", "pl"), {"pl": "en"})
    assert text_of(content, "en") == text_of(one.read(), "en")
    assert (event.languages, event.new_languages) == (["en", "pl"], ["pl"])


def test_a_translation_is_made_from_a_language_of_the_same_edition() -> None:
    with pytest.raises(Invalid) as refusal:
        publish(
            draft("en", "pl"),
            PublishReport(languages=("pl",), translation_of={"pl": "en"}),
            now=NOW,
            by=AUTHOR,
        )
    assert refusal.value.code == "translation-not-there"


def test_a_correction_is_a_new_edition_with_an_erratum_and_tells_what_was_wrong() -> None:
    begun = draft("en", "pl")
    report, one = first_edition(begun)
    changed = rewritten(begun, report, "pl", "Poprawione")
    command = CorrectReport(erratum={"pl": "Było inaczej."})
    report, two, event = correct(changed, command, before=one, now=LATER, by=AUTHOR)
    said = two.read().erratum
    assert said is not None
    assert (said.corrects, said.text, two.erratum) == (1, {"pl": "Było inaczej."}, said)
    assert (text_of(two.read(), "pl"), two.languages) == ("Poprawione", ("en", "pl"))
    assert (event.edition, event.corrects) == (2, 1)
    assert event.notice is not None
    assert event.notice.erratum == {"pl": "Było inaczej."}
    assert report.published is not None
    assert report.published.corrects == 1


def test_an_erratum_alone_corrects_nothing_and_each_corrected_language_needs_one() -> None:
    begun = draft("en", "pl")
    report, one = first_edition(begun)
    codes = []
    for command in (
        CorrectReport(erratum={"en": "Nothing."}),
        CorrectReport(erratum={"en": "Nothing."}, languages=("en", "pl")),
    ):
        with pytest.raises((Conflict, Invalid)) as refusal:
            correct(Draft(report, begun.sections), command, before=one, now=LATER, by=AUTHOR)
        codes.append(refusal.value.code)
    assert codes == ["nothing-changed", "erratum-missing"]


def test_the_edition_after_a_correction_is_free_of_its_erratum_and_differs_by_more() -> None:
    begun = draft("en")
    report, one = first_edition(begun)
    changed = rewritten(begun, report, "en", "Right.")
    report, two, _ = correct(changed, CorrectReport(erratum={"en": "It was wrong."}), before=one, now=LATER, by=AUTHOR)
    with pytest.raises(Conflict) as refusal:
        publish(Draft(report, changed.sections), PublishReport(), before=two, now=LATER, by=AUTHOR)
    assert refusal.value.code == "nothing-changed"


def test_a_withdrawn_report_has_no_readers_and_its_next_edition_has_a_new_number() -> None:
    begun = draft("en")
    report, _ = first_edition(begun)
    report, event = withdraw(report, WithdrawReport(reason={"en": "A source is in danger."}), now=LATER)
    assert (report.published, report.state, event.edition) == (None, "withdrawn", 1)
    assert event.notice is not None
    assert event.notice.reason == {"en": "A source is in danger."}
    with pytest.raises(Conflict) as refusal:
        withdraw(report, WithdrawReport(reason={"en": "Again."}), now=LATER)
    assert refusal.value.code == "not-published"
    report, again, _ = publish(Draft(report, begun.sections), PublishReport(), now=LATER, by=AUTHOR)
    assert (again.edition, report.state) == (2, "published")


def test_an_edition_names_authors_and_dissents_and_holds_the_pictures_it_shows() -> None:
    key = "media-freedom"
    author, other = Author(name={"en": "The Watchers"}), Author(name={"en": "Organisation C"}, pseudonym=True)
    report, sections = written("en", text=f"![A closed kiosk](image:{PICTURE})")
    shown = ContentImage(
        image_id=PICTURE, sha256="0" * 64, content_type="image/png", width=2, height=1, alt={"en": "A", "pl": "B"}
    )
    unused = shown.model_copy(update={"image_id": new_id()})
    dissent = Dissent(author=other, text={"en": "It was worse."})
    begun = Draft(
        report,
        sections,
        authors={key: (author, other)},
        dissents={key: (dissent,)},
        pictures={each.image_id: each for each in (shown, unused)},
    )
    content = publish(begun, PublishReport(), now=NOW, by=AUTHOR)[1].read()
    section = next(each for each in content.sections if each.key == key)
    assert (section.authors, section.dissents) == ((author, other), (dissent,))
    assert [(each.image_id, each.alt) for each in content.images] == [(PICTURE, {"en": "A"})]


def test_a_dissent_is_printed_in_the_languages_of_the_edition_and_never_left_out() -> None:
    key = "media-freedom"
    report, sections = written("en", "pl")
    both = Dissent(author=Author(name={"en": "A"}), text={"en": "Worse.", "pl": "Gorzej."})
    other = Dissent(author=Author(name={"en": "B"}), text={"pl": "Lepiej."})
    begun = Draft(report, sections, dissents={key: (both, other)})
    report, first, _ = publish(begun, PublishReport(languages=("en",)), now=NOW, by=AUTHOR)
    again = Draft(report, sections, dissents={key: (both, other)})
    second = publish(again, PublishReport(languages=("pl",)), before=first, now=LATER, by=AUTHOR)[1]
    found = [next(each for each in edition.read().sections if each.key == key) for edition in (first, second)]
    assert [[each.text for each in section.dissents] for section in found] == [
        [{"en": "Worse."}, {"pl": "Lepiej."}],
        [{"en": "Worse.", "pl": "Gorzej."}, {"pl": "Lepiej."}],
    ]


def test_a_point_of_another_stops_its_own_language_or_the_whole() -> None:
    signed = FieldError("section-not-signed-off", "Ask them.", field="sections.media-freedom")
    alt = FieldError("alt-text-missing", "Say what it shows.", field="sections.media-freedom.pl")
    found = checklist(draft("en", "pl", points=(alt,)))
    assert [(each.language, each.ready) for each in found.languages] == [("en", True), ("pl", False)]
    assert [each.ready for each in checklist(draft("en", "pl", points=(signed,))).languages] == [False, False]


def indicator(note: str, source: dict[Language, str]) -> ContentIndicator:
    """Return a table of one number."""
    series = (ContentSeries(label={"en": "Closed"}, values=("3",)),)
    return ContentIndicator(
        indicator_id=PICTURE,
        theme=None,
        title={"en": "Newspapers"},
        note={"en": note},
        source=source,
        columns=({"en": "2008"},),
        series=series,
    )


def test_entered_numbers_need_a_source() -> None:
    entered = draft("en", indicators=(indicator("", {}),), entered=frozenset({PICTURE}))
    (found,) = checklist(entered).languages[0].missing
    assert (found["code"], found["field"]) == ("source-missing", f"indicators.{PICTURE}.source.en")


def planted(where: str) -> Draft:
    """Return a draft in which a protected name stands at one place."""
    report, sections = written("en", text=f"Quiet.\n\nOf {NAME}." if where.startswith("sections") else "Quiet.")
    report = report.model_copy(update={"title": {"en": f"On {NAME}" if where == "title.en" else "Quiet"}})
    shown = ContentImage(
        image_id=PICTURE, sha256="0" * 64, content_type="image/png", width=2, height=1, alt={"en": "Kowalską widać"}
    )
    if where.startswith("images"):
        sections = [each.evolve(text=f"![ ](image:{PICTURE})") for each in sections]
    note = "As Kowalska said." if where.startswith("indicators") else ""
    authors = {"media-freedom": (Author(name={"en": NAME if "authors" in where else "Others"}),)}
    return Draft(
        report,
        [each.evolve(text="Quiet.") if "authors" in where else each for each in sections],
        authors=authors,
        pictures={PICTURE: shown},
        indicators=(indicator(note, {"en": "Own count"}),),
        names=Names([NAME]),
    )


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("title.en", 1),
        ("sections.media-freedom.text.en", 3),
        ("sections.media-freedom.authors.0.name.en", 1),
        (f"images.{PICTURE}.alt.en", 1),
        (f"indicators.{PICTURE}.note.en", 1),
    ],
    ids=["title", "text", "author", "alt", "note"],
)
def test_a_protected_name_stops_publication_wherever_it_stands_and_is_not_repeated(place: str, line: int) -> None:
    with pytest.raises(Invalid) as refusal:
        publish(planted(place), PublishReport(), now=NOW, by=AUTHOR)
    assert refusal.value.code == "protected-name"
    assert (place, line) in {(each.field, each.line) for each in refusal.value.errors}
    assert "kowalsk" not in str(refusal.value.document()).lower()


def test_a_name_is_looked_for_in_the_erratum_and_in_languages_that_are_kept() -> None:
    begun = draft("en", "pl")
    report, one = first_edition(rewritten(begun, begun.report, "en", f"Of {NAME}."))
    changed = rewritten(begun, report, "pl", "Inaczej")
    named = Draft(report, changed.sections, names=Names([NAME]))
    with pytest.raises(Invalid) as refusal:
        correct(named, CorrectReport(erratum={"pl": f"Chodziło o {NAME}."}), before=one, now=LATER, by=AUTHOR)
    assert {each.field for each in refusal.value.errors} == {"erratum.text.pl", "sections.media-freedom.text.en"}


def test_a_passage_that_means_somebody_else_of_the_name_can_be_cleared_until_it_changes() -> None:
    cleared = frozenset({mark("title.en", f"On {NAME}")})
    once = planted("title.en")
    assert publish(
        Draft(once.report, once.sections, names=once.names, cleared=cleared), PublishReport(), now=NOW, by=AUTHOR
    )
    other = once.report.model_copy(update={"title": {"en": f"About {NAME}"}})
    with pytest.raises(Invalid):
        publish(Draft(other, once.sections, names=once.names, cleared=cleared), PublishReport(), now=NOW, by=AUTHOR)
