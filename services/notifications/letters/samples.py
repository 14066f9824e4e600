"""One letter of each kind to look at: the meeting of October 2008 in Warsaw and the report it decided on."""

from dataclasses import replace
from datetime import UTC, date, datetime

from services.notifications.letters import setback_samples
from services.notifications.letters.facts import (
    BriefFacts,
    DigestFacts,
    DigestItem,
    Facts,
    LinkFacts,
    MeetingFacts,
    PeriodFacts,
    ReportFacts,
    Sender,
    Slot,
    TaskFacts,
    WritingFacts,
)
from shared.events.meetings import (
    AgendaItem,
    BriefItem,
    BriefList,
    BriefNotice,
    DecisionNotice,
    MessageNotice,
    Notice,
)
from shared.events.registry import PeriodNotice
from shared.events.reports import ReportNotice, WritingNotice
from shared.model import Language

SENDER = Sender(
    name="BIIM Secretariat, Warsaw",
    address="notices@zgoda.example",
    reply_to="secretariat@zgoda.example",
    portal_url="https://zgoda.example",
    list_domain="lists.zgoda.example",
)

MEETING_ID = "01930000-0000-7000-8000-000000000001"
REPORT_ID = "01930000-0000-7000-8000-000000000002"

_SIGNED = "sample-" * 16  # a signed link is about this long
LINKS = {
    "answer": f"https://zgoda.example/en/answer/{_SIGNED}",
    "sign-in": f"https://zgoda.example/en/sign-in/{_SIGNED}",
    "subscription": f"https://zgoda.example/en/subscription/{_SIGNED}",
    "unsubscribe": f"https://zgoda.example/en/unsubscribe/{_SIGNED}",
    "preferences": f"https://zgoda.example/en/preferences/{_SIGNED}",
    "stop": f"https://zgoda.example/en/preferences/{_SIGNED}/stop/meetings",
    "item-aa": f"https://zgoda.example/en/answer/{_SIGNED}",
    "item-ab": f"https://zgoda.example/en/reports/{REPORT_ID}",
    "page": f"https://zgoda.example/en/reports/{REPORT_ID}",
}

_NOTICE = Notice(
    title={
        "pl": "Międzynarodowe spotkanie realizatorów programów dla Białorusi",
        "en": "Belarus International Implementers’ Meeting",
        "be": "Міжнародная сустрэча рэалізатараў праграм для Беларусі",
        "uk": "Міжнародна зустріч виконавців програм для Білорусі",
        "ru": "Международная встреча исполнителей программ для Беларуси",
    },
    text={
        "pl": "Spotykamy się, aby uzgodnić działania donatorów i realizatorów, przyjąć wspólną strategię i wymienić"
        " dobre praktyki.\n\nPropozycję raportów monitoringowych prześlemy przed spotkaniem.",
        "en": "We meet to coordinate donors and implementers, agree a joint strategy and exchange good practices."
        "\n\nThe proposal for monitoring reports will be sent before the meeting.",
        "be": "Мы сустракаемся, каб узгадніць дзеянні донараў і рэалізатараў, прыняць агульную стратэгію і абмяняцца"
        " добрымі практыкамі.\n\nПрапанову маніторынгавых справаздач мы дашлём перад сустрэчай.",
        "ru": "Мы встречаемся, чтобы согласовать действия доноров и исполнителей, принять общую стратегию и обменяться"
        " хорошими практиками.\n\nПредложение о мониторинговых докладах мы разошлём перед встречей.",
    },
    place="Warszawa, ul. Nowogrodzka 1",
    link="https://meet.example/biim-2008",
    agenda=[
        AgendaItem(
            starts_at=datetime(2008, 10, 14, 11, 0, tzinfo=UTC),
            title={"en": "Opening, and news from the country", "pl": "Otwarcie i wiadomości z kraju"},
        ),
        AgendaItem(
            starts_at=datetime(2008, 10, 14, 11, 30, tzinfo=UTC),
            title={"en": "Who funds what: gaps and overlaps", "ru": "Кто что финансирует: пробелы и повторы"},
        ),
        AgendaItem(
            starts_at=datetime(2008, 10, 14, 12, 45, tzinfo=UTC),
            title={
                "en": "Monitoring reports on media freedom, association, assembly, persecution, activists and economy",
                "be": "Маніторынгавыя справаздачы: медыя, аб’яднанні, сходы, пераслед, актывісты і эканоміка",
            },
        ),
    ],
)

_MOVE_REASON: dict[Language, str] = {
    "pl": "Sala konferencyjna będzie dostępna dopiero w tym terminie.",
    "en": "The conference room will be free only then.",
    "be": "Канферэнц-зала будзе вольная толькі ў гэты час.",
    "uk": "Конференц-зала буде вільна лише в цей час.",
    "ru": "Конференц-зал будет свободен только в это время.",
}
_END_REASON: dict[Language, str] = {
    "pl": "Liczba zgłoszeń okazała się zbyt mała.",
    "en": "Too few people were able to come.",
    "be": "Удзельнікаў аказалася занадта мала.",
    "ru": "Участников оказалось слишком мало.",
}

_MEETING = MeetingFacts(
    meeting_id=MEETING_ID,
    sequence=0,
    starts_at=datetime(2008, 10, 14, 11, 0, tzinfo=UTC),
    ends_at=datetime(2008, 10, 14, 13, 30, tzinfo=UTC),
    time_zone="Europe/Minsk",
    notice=_NOTICE,
)

_MOVED = MeetingFacts(
    meeting_id=MEETING_ID,
    sequence=1,
    starts_at=datetime(2008, 10, 15, 8, 0, tzinfo=UTC),
    ends_at=datetime(2008, 10, 16, 13, 30, tzinfo=UTC),
    time_zone="Europe/Minsk",
    notice=_NOTICE.model_copy(update={"reason": _MOVE_REASON}),
    earlier=Slot(_MEETING.starts_at, _MEETING.ends_at, _MEETING.time_zone),
)

_REWORDED = replace(
    _MEETING, notice=_NOTICE.model_copy(update={"title": {**_NOTICE.title, "en": "Belarus Implementers’ Meeting 2008"}})
)

_MESSAGE = MessageNotice(
    subject={
        "pl": "Wejście od podwórza",
        "en": "The entrance is in the courtyard",
        "be": "Уваход з двара",
        "uk": "Вхід із двору",
        "ru": "Вход со двора",
    },
    text={
        "pl": "Brama będzie otwarta od 12:30. Prosimy o zabranie dokumentu ze zdjęciem.\n\nObiad jest o 14:30.",
        "en": "The gate is open from 12:30. Please bring a document with a photo.\n\nThere is lunch at 14:30.",
        "be": "Брама адчынена з 12:30. Калі ласка, вазьміце дакумент з фотаздымкам.\n\nАбед у 14:30.",
        "uk": "Брама відчинена з 12:30. Візьміть, будь ласка, документ із фотографією.\n\nОбід о 14:30.",
        "ru": "Ворота открыты с 12:30. Возьмите, пожалуйста, документ с фотографией.\n\nОбед в 14:30.",
    },
)

_CANCELLED = MeetingFacts(
    meeting_id=MEETING_ID,
    sequence=2,
    starts_at=_MEETING.starts_at,
    ends_at=_MEETING.ends_at,
    time_zone=_MEETING.time_zone,
    notice=_NOTICE.model_copy(update={"reason": _END_REASON}),
    cancelled=True,
)

_REPORT = ReportFacts(
    report_id=REPORT_ID,
    edition=2,
    themes=["media-freedom", "freedom-of-assembly", "political-persecution"],
    notice=ReportNotice(
        title={"en": "Monitoring report: autumn 2008", "be": "Маніторынгавая справаздача: восень 2008"},
        summary={
            "en": "A dozen independent organisations describe six fields of public life.\n\nFor those who decide.",
            "be": "Дванаццаць незалежных арганізацый апісваюць шэсць сфер грамадскага жыцця.\n\nДля тых, хто вырашае.",
        },
    ),
    published_at=datetime(2008, 12, 10, 9, 0, tzinfo=UTC),
    languages=["en", "be"],
)

_CORRECTED = replace(
    _REPORT,
    edition=3,
    notice=_REPORT.notice.model_copy(
        update={
            "erratum": {
                "en": "The newspaper was closed in May, not in March.",
                "pl": "Gazetę zamknięto w maju, nie w marcu.",
                "be": "Газету закрылі ў траўні, а не ў сакавіку.",
                "uk": "Газету закрили в травні, а не в березні.",
                "ru": "Газету закрыли в мае, а не в марте.",
            }
        }
    ),
)
_WITHDRAWN = replace(
    _REPORT,
    notice=_REPORT.notice.model_copy(
        update={
            "reason": {
                "en": "Somebody who is named in it is in danger.",
                "pl": "Osobie, którą raport wymienia, grozi niebezpieczeństwo.",
                "be": "Чалавеку, якога называе справаздача, пагражае небяспека.",
                "uk": "Людині, яку названо у звіті, загрожує небезпека.",
                "ru": "Человеку, названному в докладе, угрожает опасность.",
            }
        }
    ),
)

_LINK = LinkFacts(expires_at=datetime(2008, 10, 14, 11, 15, tzinfo=UTC))

DECISION_ID = "01930000-0000-7000-8000-000000000003"

_DECISION = DecisionNotice(
    number="2008-10/3",
    text={
        "en": "Monitor the freedom of the media and report on it every quarter.",
        "pl": "Monitorować wolność mediów i co kwartał przedstawiać raport.",
        "be": "Назіраць за свабодай медыя і штоквартал рыхтаваць справаздачу.",
        "uk": "Стежити за свободою медіа і щокварталу готувати звіт.",
        "ru": "Наблюдать за свободой СМИ и ежеквартально готовить доклад.",
    },
    meeting=_NOTICE.title,
)
_TASK = TaskFacts(decision_id=DECISION_ID, task=False, notice=_DECISION, due_on=date(2008, 12, 1))
_WRITTEN = WritingNotice(
    report=_REPORT.notice.title,
    sections=[{"pl": "Wolność mediów", "en": "Media freedom", "be": "Свабода медыя"}],
)
_WRITING = WritingFacts(report_id=_REPORT.report_id, notice=_WRITTEN)
_BRIEF = BriefFacts(
    meeting_id=MEETING_ID,
    starts_at=_MEETING.starts_at,
    ends_at=_MEETING.ends_at,
    time_zone=_MEETING.time_zone,
    notice=BriefNotice(
        title=_NOTICE.title,
        agenda=_NOTICE.agenda,
        since_on=date(2008, 4, 21),
        tasks=BriefList(
            items=[
                BriefItem(text=_DECISION.text, detail="2008-10/3", due_on=date(2008, 10, 1), late=True),
                BriefItem(
                    text={"en": "Name two experts for the hearing."}, detail="2008-04/1", due_on=date(2008, 11, 3)
                ),
            ]
        ),
        activities=BriefList(
            items=[
                BriefItem(
                    text={"en": "Legal aid for local newsrooms", "pl": "Pomoc prawna dla lokalnych redakcji"},
                    detail="Fundacja Wolne Słowo",
                    theme="media-freedom",
                    region="Hrodna",
                )
            ],
            more=12,
        ),
        overlaps=BriefList(
            items=[BriefItem(text={}, theme="media-freedom", region="Minsk", detail="Donor A, Donor B")]
        ),
        gaps=BriefList(items=[BriefItem(text={}, theme="freedom-of-assembly", region="Homiel")]),
        reports=BriefList(items=[BriefItem(text={"en": "Monitoring report: spring 2008"})]),
        minutes=True,
    ),
)

_PERIOD = PeriodFacts(
    period_id=MEETING_ID,
    from_on=date(2008, 7, 1),
    to_on=date(2008, 12, 31),
    closes_at=datetime(2009, 1, 31, 23, 0, tzinfo=UTC),
    notice=PeriodNotice(title={"en": "Second half of 2008", "pl": "Druga połowa 2008 roku"}),
)

_DIGEST = DigestFacts(
    digest_id=REPORT_ID,
    items=[
        DigestItem("Invitation: Implementers’ Meeting – 14 October 2008", "people-invited", "", MEETING_ID, 1),
        DigestItem("Monitoring report: autumn 2008", "report-published", f"/reports/{REPORT_ID}", REPORT_ID, 1),
    ],
)

_REPORTS = DigestFacts(
    digest_id=REPORT_ID,
    items=[
        DigestItem("New report: Monitoring report: autumn 2008", "report-published", f"/reports/{REPORT_ID}", "", 1),
        DigestItem("Correction: Media in Belarus", "report-corrected", f"/reports/{REPORT_ID}", "", 1),
    ],
)

FACTS: dict[str, Facts] = {
    "people-invited": _MEETING,
    "meeting-rescheduled": _MOVED,
    "meeting-updated": _REWORDED,
    "meeting-postponed": replace(_CANCELLED, cancelled=False),
    "meeting-cancelled": _CANCELLED,
    "invitation-withdrawn": _MEETING,
    "reply-requested": _MEETING,
    "message-written": replace(_MEETING, message=_MESSAGE),
    "place-offered": _MEETING,
    "proposal-declined": _MEETING,
    "sign-in-requested": _LINK,
    "subscription-requested": _LINK,
    "report-published": _REPORT,
    "report-corrected": _CORRECTED,
    "report-withdrawn": _WITHDRAWN,
    "task-assigned": _TASK,
    "task-lapsed": replace(_TASK, reminder=1),
    "section-assigned": replace(_WRITING, due_on=date(2008, 12, 1)),
    "section-submitted": _WRITING,
    "section-changes-requested": replace(
        _WRITING, notice=_WRITTEN.model_copy(update={"text": "Please name the court.\n\nIs the second number right?"})
    ),
    "section-accepted": _WRITING,
    "section-signed-off": replace(
        _WRITING,
        dissents=True,
        notice=_WRITTEN.model_copy(update={"organisation": {"pl": "Organizacja C", "en": "Organisation C"}}),
    ),
    "section-commented": replace(_WRITING, commented="media-freedom/en"),
    "sections-due": replace(
        _WRITING,
        sections=14,
        due_on=date(2008, 12, 1),
        notice=_WRITTEN.model_copy(
            update={"sign_offs": [{"en": "Economic liberalisation"}], "reviews": [{"en": "Freedom of assembly"}]}
        ),
    ),
    "brief-prepared": _BRIEF,
    "reporting-requested": _PERIOD,
    "reporting-reminded": _PERIOD,
    "key-expiring": LinkFacts(expires_at=datetime(2008, 11, 12, 16, 0, tzinfo=UTC)),
    "digest": _DIGEST,
    "reports-digest": _REPORTS,
    **setback_samples.samples(REPORT_ID, _REPORT.notice.title),
}
