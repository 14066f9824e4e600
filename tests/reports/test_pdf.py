"""The PDF of an edition: tagged, the same every time, and nothing but text whatever was typed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.reports.publication.domain import Edition
from services.reports.publication.pdf import document, file_name, rendering, typesetter
from services.reports.publication.typeset import ABSENT, unshowable
from services.reports.publication.words import PDF_WORDS
from shared.model import LANGUAGES, Language
from shared.typesetting import PDF_UA, MakeDocument, NotTypeset
from tests.reports import rich
from tests.reports.builders import TITLES, edition_of
from tests.reports.pdf_text import squeezed, text_of, typeset

UNPROMISED = "zgoda_pdfs_without_standard_total"
INJECTIONS = (
    '#panic("x") #import "/typeset.py" #read("/report.typ") #sys.inputs $ x^2 $ @label <label> ] [ } { \\ // c /* d */ '
    "#{1+1} #[a] = heading - list + enum / term: t `raw` *b* _e_ ~ -- --- ... \\u{41} #let #show #set $"
)


def as_document(edition: Edition, language: Language = "en") -> dict[str, Any]:
    return document(edition, language, publisher="Publisher #1 $x$ @y", address="https://zgoda.example/en/reports/1")


def making(found: dict[str, Any]) -> MakeDocument:
    """Return what makes ``found``, which has no pictures."""

    async def make(_: Path) -> dict[str, Any]:
        return found

    return make


def test_the_title_page_names_the_regions_beside_their_country() -> None:
    found = as_document(edition_of("pl", regions=("BY-HM", "BY-BR")), "pl")
    assert found["country"] == "Białoruś: Mińsk, obwód brzeski"


def test_the_same_edition_gives_the_same_bytes() -> None:
    edition = edition_of("en", text="# A\n\n| b | c |\n|---|---|\n| d | e |")
    assert typeset(as_document(edition)) == typeset(as_document(edition))


def test_the_pdf_is_tagged_and_promises_pdf_ua() -> None:
    pdf = typeset(as_document(edition_of("en")))
    assert pdf.startswith(b"%PDF-1.7")
    assert [mark in pdf for mark in (b"/MarkInfo", b"/StructTreeRoot", b"<pdfuaid:part>1</pdfuaid:part>")] == [True] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_of_every_language_can_be_read_back(language: Language) -> None:
    edition = edition_of(*LANGUAGES, text="ўЎ ґҐ єЄ їЇ іІ ёЁ ъ ’ — ą ć ę ł ń ó ś ź ż Ż „a” «b»")
    found = text_of(typeset(as_document(edition, language)))
    assert squeezed(TITLES[language]) in found
    assert squeezed("ўЎ ґҐ єЄ їЇ іІ ёЁ ъ ’ — ą ć ę ł ń ó ś ź ż Ż „a” «b»") in found


def test_markup_of_the_typesetter_is_shown_and_never_evaluated() -> None:
    edition = edition_of(
        "en", text=f"```\n{INJECTIONS}\n```", title={"en": INJECTIONS[:180]}, summary={"en": INJECTIONS}
    )
    found = text_of(typeset(as_document(edition)))
    for shown in (INJECTIONS, INJECTIONS[:180], "Publisher #1 $x$ @y"):
        assert squeezed(shown) in found


def test_title_hash_edition_and_contents_are_in_the_pdf() -> None:
    edition = edition_of("en", text="## Cases by region\n\nText")
    found = text_of(typeset(as_document(edition)))
    for shown in (
        TITLES["en"],
        edition.sha256,
        "Edition: 1",
        "1 October 2008 – 31 March 2009",
        "Published: 20 April 2009",
    ):
        assert squeezed(shown) in found
    assert found.count("Casesbyregion") == 12  # six times in the contents, six times in the sections


def test_letters_that_no_font_has_are_replaced_and_do_not_stop_the_rest() -> None:
    found = as_document(edition_of("en", text="😀 中 ў ok"))
    assert unshowable(found) == ["中", "😀"]
    assert typeset(found).startswith(b"%PDF-")
    assert unshowable({"text": ABSENT}) == []


async def test_a_pdf_that_cannot_promise_pdf_ua_says_so_itself_and_to_whoever_runs_this() -> None:
    (picture,) = rich.content().images
    without_words = picture.model_copy(update={"alt": {}})
    found = as_document(rich.edition(images=(without_words,)))

    async def make(folder: Path) -> dict[str, Any]:
        (folder / file_name(picture)).write_bytes(rich.PICTURE)
        return found

    counted = REGISTRY.get_sample_value
    kept = await typesetter().typeset(making(as_document(edition_of("en"))))
    before = counted(UNPROMISED, {"program": "publication"}) or 0
    silent = await typesetter().typeset(make)
    assert (PDF_UA in kept, PDF_UA in silent, counted(UNPROMISED, {"program": "publication"})) == (
        True,
        False,
        before + 1,
    )
    mark = squeezed(PDF_WORDS["en"]["unpromised"].partition(".")[0])
    assert (mark in text_of(kept), mark in text_of(silent)) == (False, True)


def test_more_rare_letters_than_are_tried_count_as_absent() -> None:
    many = "".join(chr(0x4E00 + number) for number in range(400))
    assert len(unshowable({"text": many})) == 400


def test_text_without_a_place_to_break_does_not_run_out_of_the_page() -> None:
    assert typeset(as_document(edition_of("en", text="x" * 3_000))).startswith(b"%PDF-")


async def test_the_typesetter_runs_beside_the_service_and_its_failure_is_a_problem() -> None:
    makes = typesetter()
    edition = edition_of("be")
    assert await makes.typeset(making(as_document(edition, "be"))) == typeset(as_document(edition, "be"))
    with pytest.raises(NotTypeset):
        await makes.typeset(making({"published-at": 0}))


async def test_whoever_waits_for_the_typesetter_holds_nothing_yet() -> None:
    makes, held, most = typesetter(), 0, 0

    async def make(_: Path) -> dict[str, Any]:
        nonlocal held, most
        held += 1
        most = max(most, held)
        await asyncio.sleep(0.05)
        held -= 1
        return {"published-at": 0}

    failed = await asyncio.gather(*(makes.typeset(make) for _ in range(3)), return_exceptions=True)
    assert ([type(each) for each in failed], most) == ([NotTypeset] * 3, 1)


def test_the_way_of_rendering_has_a_stable_fingerprint() -> None:
    assert (rendering(), len(rendering())) == (rendering(), 8)
