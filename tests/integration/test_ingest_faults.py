"""What dies, fails or fills up on the way from inbox to landing: what was half done does not exist."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from ingest_inbox import ANNA, BOLAT, CHINGIZ, Inbox, staff

from ingest import parse as parse_module
from ingest.landing import Landing
from ingest.log import Log


class PowerCutError(Exception):
    """Stands for the process dying at a point."""


def _dies(*_: Any, **__: Any) -> None:
    raise PowerCutError


@pytest.mark.parametrize(
    ("place", "name"),
    [(Landing, "write"), (Landing, "commit"), (Log, "commit"), (Path, "replace")],
)
def test_death_between_landing_and_log(
    inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    """Whatever was written before the log's line does not exist; the next run gives what one run would have given."""
    contents = {"a.csv": staff((ANNA, "1"), (BOLAT, "x")), "b.csv": staff((ANNA, "0.5"), (CHINGIZ, "1"))}
    (tmp_path / "whole").mkdir()
    whole = Inbox(tmp_path / "whole")
    for one in (inbox, whole):
        one.agree("school")
        one.deliver("school", "1", contents)
    whole.ingest()
    with monkeypatch.context() as patch:
        patch.setattr(place, name, _dies)
        with pytest.raises(PowerCutError):
            inbox.ingest()
    assert (inbox.landed(), inbox.log().entries) == ([], [])
    inbox.ingest()
    assert (inbox.landed(), inbox.log().entries) == (whole.landed(), whole.log().entries)
    assert inbox.files() == whole.files()
    assert list(inbox.places.work.rglob("workshop*")) == []


def test_leftovers_are_swept_and_the_rest_stays(inbox: Inbox) -> None:
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    inbox.ingest()
    before = inbox.files()
    feed = inbox.places.landing / "staff_employment"
    for path in (
        feed / "0000000000000000.parquet",
        feed / ".x.parquet.building",
        inbox.places.landing / "_log" / ".1.jsonl.writing",
    ):
        path.write_bytes(b"left over")
    inbox.ingest()
    assert inbox.files() == before


def test_a_fault_nobody_foresaw_costs_the_file_it_came_from(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other sender's rows land; the file is read again in the next run that reads anything, and then it is good."""
    whole = parse_module.reader_of

    def failing(path: Path) -> Any:
        if path.parent.name == "bad":
            raise AttributeError("a word of the file")
        return whole(path)

    inbox.deliver("school", "bad", {"staff.csv": staff((BOLAT, "1"))})
    inbox.deliver("school", "good", {"staff.csv": staff((ANNA, "1"))}, "2026-09-16T08:00:00Z")
    with monkeypatch.context() as patch:
        patch.setattr(parse_module, "reader_of", failing)
        inbox.ingest()
        assert inbox.ingest().parses == []
    assert inbox.states() == {"bad/staff.csv": "refused", "good/staff.csv": "accepted"}
    problems = [entry["problem"] for entry in inbox.log().of("parse") if entry["problem"]]
    assert problems == [{"code": "reading_failed", "fault": "AttributeError"}]
    inbox.ingest()
    assert inbox.states() == {"bad/staff.csv": "accepted", "good/staff.csv": "accepted"}


def test_a_full_disk_is_no_fault_of_a_file(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    monkeypatch.setattr(parse_module, "reader_of", full)
    with pytest.raises(OSError, match="OSError"):
        inbox.ingest()
    assert inbox.log().entries == []
