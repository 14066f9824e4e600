"""What can be published, and what an edition is."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.publication.checks import checklist
from services.reports.publication.content import canonical, digest
from services.reports.publication.domain import PublishReport, publish
from services.reports.publication.draft import Draft
from services.reports.publication.first_format import FirstContent, FirstSection
from services.reports.publication.telling import NOTICE_CHARACTERS, excerpt
from services.reports.reports import domain
from services.reports.reports.domain import WriteSection
from services.reports.themes import THEMES
from shared.events import MAX_BODY_BYTES, enclose
from shared.model import LANGUAGES
from shared.problems import Conflict, Invalid
from shared.sealing import Sealer
from tests.reports.builders import AUTHOR, NOW, begun, edition_of, updated, written

LATER = NOW + timedelta(days=1)


def test_a_report_is_published_only_when_everything_is_written_and_is_told_what_is_missing() -> None:
    report, sections = begun("en", "be", title={"en": "A"}, summary={"be": "Б"})
    with pytest.raises(Invalid) as refusal:
        publish(Draft(report, sections), PublishReport(), now=NOW, by=AUTHOR)
    missing = {error.field for error in refusal.value.errors}
    in_sections = {f"sections.{theme}.{language}" for theme in THEMES for language in ("en", "be")}
    assert (refusal.value.code, missing) == ("report-not-complete", {"title.be", "summary.en"} | in_sections)


def test_the_checklist_names_each_language_and_whether_it_is_ready() -> None:
    report, sections = written("en", "pl")
    sections = [s.evolve(text=" \n") if (s.theme, s.language) == (THEMES[2], "pl") else s for s in sections]
    found = {
        each.language: (each.ready, [error["field"] for error in each.missing])
        for each in checklist(Draft(report, sections)).languages
    }
    assert found == {"en": (True, []), "pl": (False, [f"sections.{THEMES[2]}.pl"])}


def test_a_language_that_is_complete_can_be_published_before_the_others() -> None:
    report, sections = written("en", "pl")
    sections = [each.evolve(text="") if each.language == "pl" else each for each in sections]
    report, edition, event = publish(Draft(report, sections), PublishReport(languages=("en",)), now=NOW, by=AUTHOR)
    assert (edition.languages, event.languages, set(edition.read().title)) == (("en",), ["en"], {"en"})


def test_a_report_is_published_in_its_own_languages_only() -> None:
    report, sections = written("en")
    with pytest.raises(Invalid) as refusal:
        publish(Draft(report, sections), PublishReport(languages=("pl",)), now=NOW, by=AUTHOR)
    assert refusal.value.code == "language-not-in-report"


def test_the_hash_is_of_the_canonical_content() -> None:
    edition = edition_of("en", "be")
    assert sha256(edition.content.encode()).hexdigest() == edition.sha256
    again = json.dumps(json.loads(edition.content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again == edition.content


def test_the_first_canonical_form_never_changes() -> None:
    """Whoever changes this hash breaks every hash that was ever published: make a new format instead."""
    content = FirstContent(
        report_id="01961b3c-0000-7000-8000-000000000001",
        country="BY",
        period_from_on=date(2008, 10, 1),
        period_to_on=date(2009, 3, 31),
        languages=("be",),
        title={"be": 'ў " \\ / \u007f'},
        summary={"be": "a\tb\n\U0001f600"},
        sections=(FirstSection(theme="media-freedom", title={"be": "Т"}, text={"be": "*т*"}),),
    )
    assert canonical(content) == (
        '{"country":"BY","format":"zgoda-report-1","languages":["be"],"period_from_on":"2008-10-01",'
        '"period_to_on":"2009-03-31","report_id":"01961b3c-0000-7000-8000-000000000001",'
        '"sections":[{"text":{"be":"*т*"},"theme":"media-freedom","title":{"be":"Т"}}],'
        '"summary":{"be":"a\\tb\\n\U0001f600"},"title":{"be":"ў \\" \\\\ / \u007f"}}'
    )
    assert (
        sha256(canonical(content).encode()).hexdigest()
        == "d24e3f8cf152716d75500cf06623cb29d818bbf03c8415043ba701d788384e7f"
    )


def test_an_edition_of_the_first_format_is_read_as_it_would_be_said_today() -> None:
    held = edition_of("en")
    said = held.read()
    first = FirstContent(
        **said.model_dump(include={"report_id", "country", "period_from_on", "period_to_on", "languages"}),
        title=said.title,
        summary=said.summary,
        sections=tuple(FirstSection(**each.model_dump(include={"theme", "title", "text"})) for each in said.sections),
    )
    old = held.model_copy(update={"content": canonical(first), "sha256": digest(canonical(first))})
    assert old.read() == said
    assert old.sha256 != held.sha256


def test_the_canonical_form_does_not_depend_on_the_order_of_languages_in_a_mapping() -> None:
    content = edition_of("en", "be").read()
    turned = content.model_copy(update={"title": dict(reversed(content.title.items()))})
    assert canonical(turned) == canonical(content)


def test_equal_content_has_an_equal_hash_whenever_and_as_whatever_edition_it_is_published() -> None:
    report, sections = written("en")
    one = publish(Draft(report, sections), PublishReport(), now=NOW, by=AUTHOR)[1]
    two = publish(Draft(report, sections), PublishReport(), now=LATER, by=AUTHOR)[1]
    assert (one.sha256, one.content) == (two.sha256, two.content)


def test_what_the_latest_edition_says_is_not_published_again() -> None:
    report, sections = written("en")
    report, one, _ = publish(Draft(report, sections), PublishReport(), now=NOW, by=AUTHOR)
    with pytest.raises(Conflict) as conflict:
        publish(Draft(report, sections), PublishReport(), before=one, now=LATER, by=AUTHOR)
    assert conflict.value.code == "nothing-changed"


def test_a_changed_text_makes_the_next_edition_and_the_first_date_stays() -> None:
    report, sections = written("en")
    report, one, _ = publish(Draft(report, sections), PublishReport(), now=NOW, by=AUTHOR)
    sections[0] = domain.write(sections[0], WriteSection(text="Mended"), seen=2, now=LATER, by=AUTHOR)
    report, two, event = publish(Draft(report, sections), PublishReport(), before=one, now=LATER, by=AUTHOR)
    assert (one.edition, two.edition, event.edition, event.revision) == (1, 2, 2, 3)
    assert report.published is not None
    assert (report.published.first_published_at, report.published.published_at) == (NOW, LATER)


def test_readers_see_the_edition_while_the_draft_moves_on() -> None:
    report, sections = written("en")
    report, _, _ = publish(Draft(report, sections), PublishReport(), now=NOW, by=AUTHOR)
    command = updated("en", title={"en": "Not yet public"}, country="PL")
    changed = domain.update(report, command, seen=2, now=LATER, by=AUTHOR)
    assert changed.published == report.published


def test_the_longest_report_is_told_within_the_limit_of_an_event() -> None:
    languages = dict.fromkeys(LANGUAGES, "ў" * 20_000)
    report, sections = written(*LANGUAGES, title=dict.fromkeys(LANGUAGES, "ў" * 200), summary=languages)
    _, _, event = publish(Draft(report, sections), PublishReport(), now=NOW, by=AUTHOR)
    envelope = enclose(event, sealer=Sealer(["s" * 32], purpose="events"))
    assert len(envelope.model_dump_json().encode()) < MAX_BODY_BYTES


@given(st.text(alphabet="ab \n", max_size=200), st.integers(min_value=10, max_value=100))
def test_an_excerpt_is_a_beginning_no_longer_than_its_limit(text: str, limit: int) -> None:
    found = excerpt(text, limit)
    assert len(found) <= limit
    assert text.startswith(found.removesuffix(" …"))


def test_an_excerpt_ends_with_a_paragraph_where_one_fits() -> None:
    text = "a " * 700 + "\n\n" + "b " * 700
    assert excerpt(text, NOTICE_CHARACTERS) == ("a " * 700).strip() + " …"
