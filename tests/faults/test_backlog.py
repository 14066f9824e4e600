"""Fault 10 in its short form: the memory of a relay is bounded and the events of an aggregate stay in order."""

import pytest

from shared.testing.stack import Stack
from tests.faults.backlog import backlog

EVENTS = 2_000

pytestmark = pytest.mark.faults


async def test_a_backlog_is_relayed_in_the_order_of_each_aggregate(stack: Stack) -> None:
    found = await backlog(stack, EVENTS)
    assert (found.in_order, sum(map(len, found.revisions.values()))) == (True, EVENTS)
