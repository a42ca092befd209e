"""What a steward does with files that wait and rows that are bad: takes in, looks at, sends back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
from ingest_inbox import ANNA, BOLAT, HEADER, KEY, SCHOOL, Inbox, staff

from ingest.workshop import Workshop


def test_a_file_over_the_limit_waits_and_a_steward_takes_it_in(inbox: Inbox) -> None:
    from ingest.quarantine import accept

    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"), (BOLAT, "many"))})
    inbox.ingest()
    assert inbox.states() == {"1/staff.csv": "waiting"}
    arguments = (inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map)
    assert accept(*arguments, "school/1/staff.csv", "known", "a steward") == ("accept", "school/1/staff.csv")
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
    """Two files of one name in two folders give two workbooks; one that changed since gives none and is named.

    A heading of ours that the sender has too takes no column away.
    """
    from ingest import returned
    from ingest.quarantine import Wording, worded

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
        told = worded(_held(inbox), lambda _, rule, column: Wording("", f"label of {column}", f"not its {rule}"))
        headings = {"row_no": "Row", "item": "Item", "wrong": "load_fte"}
        paths, passed = returned.write(workshop, inbox.places.inbox, inbox.log(), told, headings)
    assert passed == ["school/1/z/staff.csv"]
    back = inbox.places.inbox / "school" / ".returned" / "1"
    assert paths == [back / "x" / "staff.csv.xlsx", back / "y" / "staff.csv.xlsx"]
    for path, name in zip(paths, "xy", strict=True):
        cells = [cell.value for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
        assert f"much{name}" in cells
        assert "label of load_fte: not its type" in cells
        assert {"load_fte *", "load_fte"} <= set(cells)


def test_a_workbook_goes_back_under_its_own_name(inbox: Inbox, tmp_path: Path) -> None:
    """Also beside a list whose workbook would be called alike, since a sender may send what was returned."""
    from ingest import returned
    from ingest.quarantine import Wording, worded

    files = {"staff.csv": staff((ANNA, "many"))}
    for name in ("staff.csv.xlsx", "staff.xlsx"):
        book = openpyxl.Workbook()
        for cells in (HEADER.split(","), [ANNA, SCHOOL, "teacher", "2020-09-01", f"much {name}"]):
            book.active.append(cells)
        book.save(tmp_path / name)
        files[name] = (tmp_path / name).read_bytes()
    inbox.deliver("school", "1", files, rows=1)
    inbox.ingest()
    with Workshop(None, inbox.places.code_map, KEY, "500MB") as workshop:
        told = worded(_held(inbox), lambda _, rule, column: Wording("", str(column), rule))
        headings = {"row_no": "Row", "item": "Item", "wrong": "Wrong"}
        paths, _ = returned.write(workshop, inbox.places.inbox, inbox.log(), told, headings)
    assert [path.name for path in paths] == ["staff.csv.xlsx", "staff.csv-2.xlsx", "staff.xlsx"]
    assert len(set(paths)) == 3


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
