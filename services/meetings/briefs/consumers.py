"""What the registry and the reports service tell of activities and reports, remembered for briefs and audiences."""

from services.meetings.directory import activities
from services.meetings.directory.consumers import consumer
from shared.events.registry import ActivityRecorded, ActivityWithdrawn
from shared.events.reports import ReportPublished
from shared.storage import Tx


@consumer.on(ActivityRecorded)
async def remember_activity(tx: Tx, event: ActivityRecorded) -> None:
    """Keep what members may know of an activity."""
    await activities.remember_activity(tx, event)


@consumer.on(ActivityWithdrawn)
async def forget_activity(tx: Tx, event: ActivityWithdrawn) -> None:
    """Forget an activity that is no longer on record, or no longer for others to know."""
    await activities.forget_activity(tx, event)


@consumer.on(ReportPublished)
async def remember_report(tx: Tx, event: ReportPublished) -> None:
    """Keep how the latest edition of a report shows itself."""
    await activities.remember_report(tx, event)
