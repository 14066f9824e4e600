"""The record of the sink is read while it grows."""

import json
from pathlib import Path

from shared.testing.accepted import _whole, read_on, read_verdicts

MAIL = {"sender": "a@x.example", "recipients": ["b@x.example"], "message_id": "<1>", "size": 1, "at": 0.0}


def test_a_line_that_is_not_complete_ends_what_is_read_and_is_read_next_time(tmp_path: Path) -> None:
    record, line = tmp_path / "record", json.dumps(MAIL).encode() + b"\n"
    record.write_bytes(line + line[:20])
    ((_, read_to),) = read_on(record, start=0)
    assert read_to == len(line)
    record.write_bytes(line + line)
    assert len(list(read_on(record, start=read_to))) == 1


def test_the_other_half_of_a_line_is_no_line_of_its_own() -> None:
    assert list(_whole([b"1\n", b"2", b"3\n", b"4\n"])) == [b"1\n"]


def test_verdicts_are_read_as_far_as_they_are_written(tmp_path: Path) -> None:
    line = json.dumps({"recipient": "b@x.example", "code": 250}).encode() + b"\n"
    (tmp_path / "verdicts").write_bytes(line + line[:5])
    assert [each.code for each in read_verdicts(tmp_path / "verdicts")] == [250]
