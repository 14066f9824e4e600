"""How IATI files are read: what is kept, what is refused, at which line and why."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.registry.activities.domain import RecordActivity
from services.registry.imports.domain import Refused
from services.registry.imports.iati import Found, check_file, load_schema, read_file
from tests.registry.builders import an_activity, an_iati_file


def read(content: bytes) -> list[Found]:
    schema = load_schema()
    check_file(content, schema)
    return list(read_file(content, schema))


def the_activity(content: bytes) -> RecordActivity:
    (found,) = read(content)
    assert found.command is not None, found.errors
    return found.command


def refusal(content: bytes) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        check_file(content, load_schema())
    error = refused.value.errors[0]
    return error.line, error.code


def errors(content: bytes) -> list[tuple[int, str]]:
    return [(error.line, error.code) for found in read(content) for error in found.errors]


LINES = an_activity("PL-1").count("\n")
"""Of one activity; the first begins in line 2."""
TRANSACTION = """<transaction><transaction-type code="2"/><transaction-date iso-date="2009-01-15Z"/>
<value value-date="2009-01-15">1000.50</value>
<provider-org ref="SE-0"/><receiver-org><narrative>Somebody</narrative></receiver-org></transaction>"""
BUDGET = """<budget type="1" status="2"><period-start iso-date="2009-01-01"/><period-end iso-date="2009-12-31"/>
<value currency="SEK" value-date="2009-01-01">-5</value></budget>"""


def test_an_activity_keeps_its_words_in_our_languages_and_in_others() -> None:
    activity = the_activity(an_iati_file(an_activity("PL-1")))
    assert activity.title == {"en": "Free press", "be": "Свабодная прэса"}
    assert activity.title_otherwise == {"fr": "Presse libre"}


def test_an_activity_says_who_does_what_where() -> None:
    activity = the_activity(an_iati_file(an_activity("PL-1")))
    assert [(each.part, each.ref, each.type) for each in activity.participations] == [
        ("funding", "SE-0", "10"),
        ("implementing", "PL-KRS-0000163131", ""),
    ]
    assert [(each.code, each.vocabulary, each.percentage) for each in activity.sectors] == [
        ("15153", "1", Decimal("60.5")),
        ("15160", "", Decimal("39.5")),
    ]
    assert [(each.code, each.percentage) for each in activity.countries] == [("BY", Decimal(100))]
    assert [(each.kind, each.happens_on) for each in activity.dates] == [("actual-start", date(2008, 10, 14))]
    assert (activity.status, activity.hierarchy, activity.default_currency) == ("2", 1, "EUR")


def test_money_keeps_its_amount_currency_and_day() -> None:
    activity = the_activity(an_iati_file(an_activity("PL-1", more=BUDGET + TRANSACTION)))
    (budget,), (transaction,) = activity.budgets, activity.transactions
    assert (budget.money.amount, budget.money.currency, budget.money.valued_on) == (
        Decimal(-5),
        "SEK",
        date(2009, 1, 1),
    )
    assert (transaction.money.amount, transaction.money.currency) == (Decimal("1000.50"), "EUR")
    assert transaction.happened_on == date(2009, 1, 15)
    assert transaction.provider is not None
    assert transaction.provider.ref == "SE-0"


def test_contact_persons_are_kept_apart_from_the_record() -> None:
    contact = """<contact-info><person-name><narrative>Jane Doe</narrative></person-name>
<email>jane@example.org</email></contact-info>"""
    content = an_iati_file(an_activity("PL-1").replace("<recipient-country", f"{contact}<recipient-country"))
    assert "ane" not in the_activity(content).model_dump_json().replace("Something", "")


def test_an_activity_without_an_identifier_is_recognised_by_all_it_says() -> None:
    first = the_activity(an_iati_file(an_activity("")))
    again = the_activity(an_iati_file(an_activity("")))
    other = the_activity(an_iati_file(an_activity("", title="Other")))
    assert first.key == again.key
    assert first.key != other.key


def test_the_same_words_give_the_same_fingerprint() -> None:
    one, same = (the_activity(an_iati_file(an_activity("PL-1", more=BUDGET))) for _ in range(2))
    other = the_activity(an_iati_file(an_activity("PL-1", more=TRANSACTION)))
    assert one.content_hash == same.content_hash
    assert one.content_hash != other.content_hash


def test_one_bad_activity_loses_no_good_one() -> None:
    content = an_iati_file(
        an_activity("PL-1"),
        an_activity("PL-2").replace('iso-date="2008-10-14"', 'iso-date="2008"'),
        an_activity("PL-3"),
    )
    found = read(content)
    assert [each.command is not None for each in found] == [True, False, True]
    (error,) = found[1].errors
    assert content.decode().splitlines()[error.line - 1].strip() == '<activity-date type="2" iso-date="2008"/>'
    assert error.detail == "Element 'activity-date', attribute 'iso-date': not a value of the atomic type 'xs:date'."


def test_a_reason_never_repeats_what_the_file_says() -> None:
    content = an_iati_file(an_activity("PL-1").replace('iso-date="2008-10-14"', 'iso-date="hanna@example.org"'))
    (found,) = read(content)
    assert "hanna" not in str(found.errors)


def test_lines_are_right_beyond_what_the_schema_can_count() -> None:
    far = "\n" * 70_000
    content = an_iati_file(far, an_activity("PL-1").replace('<activity-date type="2"', "<activity-date"))
    ((line, _),) = errors(content)
    around = [each.strip() for each in content.decode().splitlines()[line - 2 : line]]
    assert '<activity-date iso-date="2008-10-14"/>' in around  # the parser knows such lines from the text that follows


def test_an_identifier_is_given_once_in_a_file() -> None:
    content = an_iati_file(an_activity("PL-1"), an_activity("PL-1", title="Again"))
    assert errors(content) == [(2 + LINES, "identifier-repeated")]


def test_a_budget_ends_after_it_begins() -> None:
    wrong = BUDGET.replace("2009-12-31", "2008-12-31")
    content = an_iati_file(an_activity("PL-1", more=wrong))
    (line,) = (number for number, text in enumerate(content.decode().splitlines(), start=1) if "2008-12-31" in text)
    assert errors(content) == [(line, "period-ends-before-it-starts")]


@pytest.mark.parametrize("date_out_of_range", ["10000-01-01", "-0044-03-15"])
def test_a_date_that_no_calendar_of_ours_has_is_refused(date_out_of_range: str) -> None:
    content = an_iati_file(an_activity("PL-1").replace("2008-10-14", date_out_of_range))
    assert [code for _, code in errors(content)] == ["date"]


def test_a_word_that_is_too_long_is_refused_with_the_field() -> None:
    (found,) = read(an_iati_file(an_activity("PL-1", title="x" * 60_000)))
    assert [(each.code, each.detail.split(":")[0]) for each in found.errors] == [("not-kept", "title.en")]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", (1, "not-well-formed")),
        (b"PK\x03\x04", (1, "not-well-formed")),
        (b"<iati-activities version='2.03'>\n<iati-activity>\n</iati-activities>", (3, "not-well-formed")),
        (b"<codelist/>", (1, "not-iati")),
        (b"<iati-organisations version='2.03'/>", (1, "no-activities")),
        (b"<iati-activities version='2.03'/>", (1, "no-activities")),
        (an_iati_file(an_activity("A"), version="1.05"), (1, "version")),
        (an_iati_file(an_activity("A"), version="3.01"), (1, "version")),
        (an_iati_file(an_activity("A"), version=""), (1, "version")),
        (an_iati_file(an_activity("A"), version='2.03" generated-datetime="today'), (1, "schema")),
        (an_iati_file(an_activity("A"), version='2.03" color="red'), (1, "schema")),
        (an_iati_file(an_activity("A"), "<foo/>"), (2 + LINES, "not-in-the-standard")),
        (an_iati_file("text"), (1, "not-in-the-standard")),
        (an_iati_file(an_activity("A"), "text"), (2, "not-in-the-standard")),
        (an_iati_file('<x:y xmlns:x="urn:x"/>', an_activity("A")), (2, "not-in-the-standard")),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused_at_its_line(content: bytes, refused: tuple[int, str]) -> None:
    assert refusal(content) == refused


@pytest.mark.parametrize("version", ["2.01", "2.02", "2.03"])
def test_files_of_version_2_are_taken_when_the_schema_of_2_03_lets_them_pass(version: str) -> None:
    assert len(read(an_iati_file(an_activity("PL-1"), version=version))) == 1


def test_elements_of_others_may_follow_the_activities() -> None:
    assert len(read(an_iati_file(an_activity("PL-1"), '<x:y xmlns:x="urn:x">z</x:y>'))) == 1


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = [
    f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    '<!DOCTYPE x [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY l11 SYSTEM "http://169.254.169.254/latest/meta-data">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY l11 "">]>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p; <!ENTITY l11 "">]>',
]


@pytest.mark.parametrize("before", HOSTILE)
def test_a_document_type_is_refused_before_anything_is_expanded_or_fetched(before: str) -> None:
    content = an_iati_file(an_activity("PL-1", title="&l11;"), before=before)
    began = time.thread_time()
    assert refusal(content)[1] in ("document-type", "not-well-formed")
    assert time.thread_time() - began < 1


def test_xinclude_is_an_element_like_any_other() -> None:
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    content = an_iati_file(an_activity("PL-1").replace("Free press", f"Free press{include}"))
    assert [code for _, code in errors(content)] in ([], ["schema"])
    assert "root:" not in str(read(content))


def test_a_deep_file_is_refused_and_crashes_nothing() -> None:
    content = b"<iati-activities version='2.03'>" + b"<a>" * 100_000
    assert refusal(content)[1] in ("not-well-formed", "not-in-the-standard")


def test_what_the_standard_passes_is_read(iati_files: Path) -> None:
    refused = {}
    for path in sorted((iati_files / "should-pass").glob("*.xml")):
        if wrong := errors(path.read_bytes()):
            refused[path.name] = wrong
    assert refused == {}


def test_what_the_standard_fails_is_refused_with_line_and_reason(iati_files: Path) -> None:
    passed = []
    for path in sorted((iati_files / "should-fail").glob("*.xml")):
        try:
            found = read(path.read_bytes())
        except Refused as refused:
            found = [Found(1, None, refused.errors)]
        reasons = [error for each in found for error in each.errors]
        taken = [each for each in found if each.command is not None]
        if taken or not reasons or not all(error.line and error.detail for error in reasons):
            passed.append(path.name)
    assert passed == []


def test_the_standard_s_annotated_example_is_read_whole(iati_files: Path) -> None:
    activity = the_activity((iati_files / "activity-standard-example-annotated.xml").read_bytes())
    assert activity.iati_identifier == "AA-AAA-123456789-ABC123"
    assert activity.title_otherwise == {"fr": "Titre de l'activité", "es": "Título de la actividad"}
    assert [each.part for each in activity.participations] == ["funding", "accountable", "extending"]
    assert [(each.latitude, each.longitude) for each in activity.locations] == [
        (31.616944, 65.716944),
        (11.55, 104.9167),
    ]
    assert (len(activity.budgets), len(activity.transactions), len(activity.sectors)) == (1, 1, 3)


def test_a_file_from_before_version_2_is_told_what_is_needed(iati_files: Path) -> None:
    with pytest.raises(Refused) as refused:
        check_file((iati_files / "wb-sample.xml").read_bytes(), load_schema())
    assert [(each.line, each.code) for each in refused.value.errors] == [(2, "version")]
    assert "2.03" in refused.value.errors[0].detail
