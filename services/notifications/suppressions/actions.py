"""What is done about addresses in a transaction: counting failures, giving an address up, taking it up again."""

from collections.abc import Sequence

from services.notifications.contacts import store as contacts
from services.notifications.deliveries import domain as letters
from services.notifications.deliveries import store as letter_store
from services.notifications.deliveries.domain import Letter
from services.notifications.intake.domain import Finding
from services.notifications.subscribers import store as subscribers
from services.notifications.suppressions import domain, store
from services.notifications.suppressions.domain import LiftSuppressions, Reason, SuppressAddress, Suppression, Which
from services.notifications.suppressions.refusing import finding_of
from shared.events.notifications import LetterFailed
from shared.ids import utc_now
from shared.paging import Paging
from shared.problems import Conflict
from shared.storage import Storage, Tx

AT_ONCE = 100  # addresses that one transaction takes up again


async def tell_failures(tx: Tx, failed: list[Letter]) -> None:
    """Tell of letters that failed, once each, and hold the relay's refusals against the addresses."""
    for letter in await letter_store.mark_told(tx, failed):
        code = letter.error.code if letter.error else ""
        await tx.publish(
            LetterFailed(
                letter_id=letter.id,
                kind=letter.kind,
                about_id=letter.about_id,
                person_id=letter.recipient_id,
                code=code,
                revision=1,
            )
        )
        if letter.error and (finding := finding_of(letter.error)) is not None:
            await judge(tx, letter.id, letter.recipient_id, finding)


async def judge(tx: Tx, letter_id: str, recipient_id: str, finding: Finding) -> bool:
    """Hold what came of a letter against its address; return whether the address is given up for it."""
    code = finding.status or finding.fault
    if finding.verdict == "suppress":
        reason: Reason = "complaint" if finding.sort == "complaint" else "hard-bounce"
        return await give_up(tx, recipient_id, reason, code)
    if finding.verdict == "count":
        now = utc_now()
        failed_at = await store.count_failure(tx, letter_id, recipient_id, now=now)
        if domain.has_failed_too_often(failed_at, now=now):
            return await give_up(tx, recipient_id, "hard-bounce", code)
    return False


async def give_up(tx: Tx, recipient_id: str, reason: Reason, code: str = "") -> bool:
    """Send nothing there any more, and tell so; return whether that was news."""
    now = utc_now()
    known = await store.SUPPRESSIONS.find(tx, recipient_id)
    suppression = domain.suppress(known, recipient_id, reason, code, now=now)
    if suppression is None:
        return False
    await store.write(tx, suppression)
    await contacts.mark(tx, recipient_id, suppressed=reason)
    bulk = {"recipient_id": recipient_id, "priority": letters.BULK_PRIORITY}
    await letter_store.withhold(tx, bulk, letters.suppress("address-suppressed"), now=now)
    await _tell(tx, [suppression])
    return True


async def suppress_address(tx: Tx, command: SuppressAddress) -> Suppression:
    """Give an address up because an operator says so.  Raises `Conflict` when it was already."""
    if not await give_up(tx, command.person_id, "by-operator"):
        raise Conflict("suppression-exists", "Nothing is sent to this person already.")
    return await store.SUPPRESSIONS.get(tx, command.person_id)


async def lift_suppression(tx: Tx, person_id: str) -> Suppression:
    """Send to an address again.  Raises `NotFound` and `Conflict`."""
    (lifted,) = await _take_up(tx, [await store.SUPPRESSIONS.get(tx, person_id)])
    return lifted


async def lift_suppressions(storage: Storage, command: LiftSuppressions) -> int:
    """Send again to all who are meant, so many at once; return how many that were.  Raises `Invalid`.

    Broken off, it has done so for some of them, and is asked for again for the rest.
    """
    which, count = domain.to_lift(command, now=utc_now()), 0
    while lifted := await storage.transact(_lift_next, which):
        count += lifted
    return count


async def _lift_next(tx: Tx, which: Which) -> int:
    return len(await _take_up(tx, (await store.page(tx, which, Paging(limit=AT_ONCE))).items))


async def lift_for_new_address(tx: Tx, person_id: str) -> None:
    """Send again to a person whose address has changed."""
    known = await store.SUPPRESSIONS.find(tx, person_id)
    if known is not None and not known.lifted:
        await _take_up(tx, [known])


async def _take_up(tx: Tx, known: Sequence[Suppression]) -> list[Suppression]:
    lifted = [domain.lift(each, now=utc_now()) for each in known]
    people = [each.id for each in lifted]
    await store.write_all(tx, lifted)
    await store.start_anew(tx, people)
    await contacts.unmark(tx, people, "suppressed")
    await _tell(tx, lifted)
    return lifted


async def _tell(tx: Tx, suppressions: Sequence[Suppression]) -> None:
    """Tell of people's addresses; a subscriber is nobody whom others know."""
    subscribed = await subscribers.among(tx, [each.id for each in suppressions])
    for each in suppressions:
        if each.id not in subscribed:
            await tx.publish(domain.told(each))


async def forget_person(tx: Tx, person_id: str) -> None:
    """Delete what is known against a person's address."""
    await store.forget(tx, person_id)
