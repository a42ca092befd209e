"""Small files are judged together, and nothing of one shows in another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ingest_inbox import ANNA, BOLAT, CHINGIZ, SCHOOL, Inbox, staff

from ingest import judge
from ingest import parse as parse_module

OTHER = "960240001118"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def _counts(inbox: Inbox) -> dict[str, tuple[int, int, str | None]]:
    """Folder -> rows landed, rows in quarantine, and why the file was not read."""
    parses = {entry["parse_id"]: entry for entry in inbox.log().of("parse")}
    by_content = {entry["sha256"]: entry for entry in parses.values()}
    told = {}
    for delivery in inbox.log().of("delivery"):
        parse = by_content[delivery["files"][0]["sha256"]]
        counts = parse["counts"].get("staff_employment", {"landed_n": 0, "quarantined_n": 0})
        problem = parse["problem"]["code"] if parse["problem"] else None
        told[f"{delivery['sender']}/{delivery['folder']}"] = (counts["landed_n"], counts["quarantined_n"], problem)
    return told


def test_each_sender_speaks_for_its_own_institutions_only(inbox: Inbox) -> None:
    """Both files hold one row of each school: each lands the one of its sender, whichever is judged first."""
    inbox.agree("a", f'register = "kz.iin"\ninstitutions = ["{SCHOOL}"]')
    inbox.agree("b", f'register = "kz.iin"\ninstitutions = ["{OTHER}"]')
    of_both = staff((ANNA, "1")) + staff((BOLAT, "1")).partition(b"\n")[2].replace(SCHOOL.encode(), OTHER.encode())
    inbox.deliver("a", "1", {"staff.csv": of_both})
    inbox.deliver("b", "1", {"staff.csv": of_both.replace(b",teacher,", b",mentor,")})
    inbox.ingest()
    assert {(row[1], row[2]) for row in inbox.landed()} == {(SCHOOL, "teacher"), (OTHER, "mentor")}
    assert _counts(inbox) == {"a/1": (1, 1, None), "b/1": (1, 1, None)}


def test_a_file_that_cannot_be_judged_costs_itself_only(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine fails on the rows of one of three files of one kind; the rows of the others land."""
    inbox.agree("school")
    for number, person in enumerate((ANNA, BOLAT, CHINGIZ)):
        inbox.deliver("school", str(number), {"staff.csv": staff((person, f"0.{number + 1}"))})
    whole = judge.statement

    def failing(*arguments: Any) -> str:
        return f"select * from ({whole(*arguments)}) where case when load_fte = 0.2 then error('a word of the file') end is null"

    monkeypatch.setattr(judge, "statement", failing)
    inbox.ingest()
    assert _counts(inbox) == {"school/0": (1, 0, None), "school/1": (0, 0, "file_unreadable"), "school/2": (1, 0, None)}
    assert len(inbox.landed()) == 2


def test_files_of_other_columns_and_order_meet(inbox: Inbox) -> None:
    """What one file lacks is empty there, and an unknown column is told of the file that has it."""
    inbox.agree("school")
    plain = b"start_date,position,institution_id,person_id\n" + f"2020-09-01,teacher,{SCHOOL},{ANNA}\n".encode()
    more = (
        b"person_id,mood,institution_id,position,start_date,load_fte\n"
        + f"{BOLAT},good,{SCHOOL},teacher,2021-09-01,0.5\n".encode()
    )
    inbox.deliver("school", "1", {"staff.csv": plain})
    inbox.deliver("school", "2", {"staff.csv": more})
    inbox.ingest()
    assert _counts(inbox) == {"school/1": (1, 0, None), "school/2": (1, 0, None)}
    notes = [entry["notes"]["unknown_columns"] for entry in inbox.log().of("parse") if entry["notes"]]
    assert notes == [[{"name": "mood", "filled_n": 1, "type": "text"}]]


def test_rows_that_a_refused_delivery_brought_first_are_of_the_one_that_holds(inbox: Inbox) -> None:
    """One content, delivered first with a wrong count of rows beside it: its row is of the second delivery."""
    inbox.agree("school")
    good = staff((ANNA, "1"))
    inbox.deliver(
        "school", "bad", {"a.csv": good, "b.csv": staff((BOLAT, "1"), (CHINGIZ, "1"))}, "2026-09-14T08:00:00Z", rows=1
    )
    held = inbox.deliver("school", "good", {"a.csv": good}, "2026-09-15T08:00:00Z")
    inbox.ingest()
    (row,) = inbox.landed()
    assert (row[-2], str(row[-1])) == (held, "2026-09-15 08:00:00")


def test_more_text_than_is_judged_at_once(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one kind in three goes, one of them as large as needs parts: the same rows as in one."""
    inbox.agree("school")
    for number, person in enumerate((ANNA, BOLAT, CHINGIZ)):
        inbox.deliver("school", str(number), {"staff.csv": staff((person, "1"))})
    twin = Inbox(inbox.root / "twin")
    twin.root.mkdir()
    twin.agree("school")
    for number, person in enumerate((ANNA, BOLAT, CHINGIZ)):
        twin.deliver("school", str(number), {"staff.csv": staff((person, "1"))})
    inbox.ingest()
    monkeypatch.setattr(parse_module, "_TOGETHER_BYTES", 1)
    monkeypatch.setattr(parse_module, "_SMALL_BYTES", len(staff((CHINGIZ, "1"))) - 1)
    twin.ingest()
    assert twin.landed() == inbox.landed()
    assert len(twin.landed()) == 3
