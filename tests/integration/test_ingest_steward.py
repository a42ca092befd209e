"""What a steward does with files that wait and rows that are bad: takes in, looks at, sends back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import openpyxl
from ingest_inbox import ANNA, BOLAT, KEY, SCHOOL, Inbox, staff

from ingest.workshop import Workshop


def test_a_file_over_the_limit_waits_and_a_steward_takes_it_in(inbox: Inbox) -> None:
    from ingest.quarantine import accept

    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"), (BOLAT, "many"))})
    inbox.ingest()
    assert inbox.states() == {"1/staff.csv": "waiting"}
    arguments = (inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map)
    assert accept(*arguments, "school/1/staff.csv", "known", "a steward") == "school/1/staff.csv"
    assert accept(*arguments, "school/1/staff.csv", "known", "a steward") is None
    assert inbox.states() == {"1/staff.csv": "accepted"}


def _held(inbox: Inbox, every: bool = False) -> Any:
    from ingest.quarantine import rows

    return rows(inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map, every=every)


def test_a_file_that_a_newer_one_has_replaced_is_no_longer_listed(inbox: Inbox) -> None:
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "many"))}, "2026-09-15T08:00:00Z")
    inbox.ingest()
    assert _held(inbox)["file"].to_list() == ["school/1/staff.csv"]
    inbox.deliver("school", "2", {"staff.csv": staff((ANNA, "1"))}, "2026-09-16T08:00:00Z")
    inbox.ingest()
    assert _held(inbox).height == 0
    assert _held(inbox, every=True)["file"].to_list() == ["school/1/staff.csv"]


def test_bad_rows_go_back_as_they_were_written(inbox: Inbox) -> None:
    """Two files of one name in two folders give two workbooks; one that changed since gives none and is named."""
    from ingest import returned

    place = inbox.places.inbox / "school" / "1"
    content = {name: staff((ANNA, f"much{name}")) for name in ("x", "y", "z")}
    entries = []
    for name, text in content.items():
        (place / name).mkdir(parents=True)
        (place / name / "staff.csv").write_bytes(text)
        sha256 = hashlib.sha256(text).hexdigest()
        entries.append({"path": f"{name}/staff.csv", "feed": "staff_employment", "rows": 1, "sha256": sha256})
    facts = {"sender": "school", "created": "2026-09-15T08:00:00Z", "files": entries}
    (place / "manifest.json").write_text(json.dumps(facts))
    inbox.ingest()
    (place / "z" / "staff.csv").write_bytes(staff((BOLAT, "1")))
    with Workshop(None, inbox.places.code_map, KEY, "500MB") as workshop:
        messages = {"type": "wrong"}
        paths, passed = returned.write(workshop, inbox.places.inbox, inbox.log(), _held(inbox), messages)
    assert passed == ["school/1/z/staff.csv"]
    back = inbox.places.inbox / "school" / ".returned" / "1"
    assert paths == [back / "x" / "staff.csv.xlsx", back / "y" / "staff.csv.xlsx"]
    for path, name in zip(paths, "xy", strict=True):
        cells = [cell.value for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
        assert f"much{name}" in cells
        assert "load_fte: wrong" in cells


def test_a_steward_takes_in_a_reading_and_not_the_bytes(inbox: Inbox) -> None:
    """The same file from another sender, or under another agreement, waits anew."""
    from ingest.quarantine import accept

    content = staff((ANNA, "1"), (BOLAT, "many"))
    inbox.agree("other")
    for sender in ("school", "other"):
        inbox.deliver(sender, sender, {"staff.csv": content})
    inbox.ingest()
    arguments = (inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map)
    assert accept(*arguments, "school/school/staff.csv", "known", "a steward")
    assert inbox.states() == {"school/staff.csv": "accepted", "other/staff.csv": "waiting"}
    inbox.agree("school", f'register = "kz.iin"\ninstitutions = ["{SCHOOL}"]')
    inbox.ingest()
    assert inbox.states() == {"school/staff.csv": "waiting", "other/staff.csv": "waiting"}
