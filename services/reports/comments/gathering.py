"""Telling of comments, some minutes after the first of them: those of one report together."""

from services.reports.comments import news, store
from services.reports.comments.store import THREADS
from services.reports.commissions import store as commissions
from services.reports.reports import store as reports
from services.reports.writing import people
from shared.storage import Tx


async def tell(tx: Tx, report_id: str) -> int:
    """Tell of all comments on a report of which nobody was told yet; return how many events that took.

    What is told is taken off the list in the same transaction: a job that runs twice, or dies half-way, doubles none.
    """
    rows = await store.untold(tx, report_id)
    await store.forget_untold(tx, [row["_id"] for row in rows])
    report = await reports.REPORTS.find(tx, report_id)
    threads = {each: await THREADS.find(tx, each) for each in {row["thread_id"] for row in rows}}
    known = ((threads[row["thread_id"]], row["_id"]) for row in rows)
    found = [each for thread, remark_id in known if thread is not None and (each := news.said(thread, remark_id))]
    if report is None or not found:
        return 0
    commission = await commissions.of_report(tx, report_id)
    contributors = [] if commission is None else commission.contributors
    staff = {each.organisation_id: await people.of_organisation(tx, each.organisation_id) for each in contributors}
    talking = sorted({person_id for each in found for person_id in each.thread_ids})
    editors = await people.editors_of(tx, report_id)
    events = news.news(
        report,
        [each for each in found if each.key in report.keys],
        editors=editors,
        writers={
            key: [person for each in contributors if key in each.keys(report) for person in staff[each.organisation_id]]
            for key in {each.key for each in found}
        },
        taking_part=[
            *await people.who_may(tx, "editor", among=talking),
            *editors,
            *(person for each in staff.values() for person in each),
        ],
        revision=report.revision,
    )
    for event in events:
        await tx.publish(event)
    return len(events)
