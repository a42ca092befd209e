"""From inbox to landing: once and only once, in any order, whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ingest_inbox import ANNA, BOLAT, CHINGIZ, SCHOOL, Inbox, staff

from ingest.deliveries import verified
from ingest.problems import Refusal
from ingest.pseudonym import Key


def test_the_same_folder_twice_changes_nothing(inbox: Inbox) -> None:
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"), (BOLAT, "1"))})
    assert len(inbox.ingest().deliveries) == 1
    before, rows = inbox.files(), inbox.landed()
    again = inbox.ingest()
    assert (again.deliveries, again.parses, again.refused) == ([], [], [])
    assert (inbox.files(), inbox.landed()) == (before, rows)
    shutil.copytree(inbox.places.inbox / "school" / "1", inbox.places.inbox / "school" / "a copy")
    assert inbox.ingest().deliveries == []


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\u0085", "\x0b", "\x1c"])
def test_a_header_or_folder_with_a_strange_line_end_bricks_nothing(inbox: Inbox, end: str) -> None:
    content = staff((ANNA, "1")).replace(b"load_fte", f"my{end}column".encode())
    inbox.deliver("school", f"list{end}1", {"staff.csv": content}, rows=1)
    inbox.ingest()
    (parse,) = inbox.log().of("parse")
    assert [column["name"] for column in parse["notes"]["unknown_columns"]] == [f"my{end}column"]
    assert inbox.ingest().deliveries == []


def test_a_correction_and_the_correction_back(inbox: Inbox) -> None:
    """A, then B, then A again: three deliveries; the content of A is parsed once and named by both."""
    first, second = staff((ANNA, "1")), staff((ANNA, "0.5"))
    ids = [
        inbox.deliver("school", "1", {"staff.csv": first}, "2026-09-15T08:00:00+05:00"),
        inbox.deliver("school", "2", {"staff.csv": second}, "2026-09-16T08:00:00+05:00"),
        inbox.deliver("school", "3", {"staff.csv": first}, "2026-09-17T08:00:00+05:00"),
    ]
    done = inbox.ingest()
    assert [entry["delivery_id"] for entry in done.deliveries] == ids
    assert len(done.parses) == 2
    assert len(inbox.landed()) == 2
    shas = [entry["files"][0]["sha256"] for entry in inbox.log().of("delivery")]
    assert shas[0] == shas[2] != shas[1]


def test_order_of_runs_does_not_matter(tmp_path: Path) -> None:
    contents = [staff((ANNA, "1")), staff((ANNA, "0.5"), (BOLAT, "1")), staff((CHINGIZ, "1"))]
    landed = []
    for name, order in (("a", [[0, 1, 2]]), ("b", [[2], [0], [1]])):
        root = tmp_path / name
        root.mkdir()
        inbox = Inbox(root)
        inbox.agree("school")
        for run in order:
            for number in run:
                inbox.deliver("school", str(number), {"staff.csv": contents[number]}, f"2026-09-1{number}T08:00:00Z")
            inbox.ingest()
        landed.append(inbox.landed())
    assert landed[0] == landed[1]
    assert len(landed[0]) == 4


def test_row_count_that_differs_refuses_the_delivery_whole(inbox: Inbox) -> None:
    good = staff((BOLAT, "1"))
    inbox.deliver("school", "bad", {"a.csv": good, "b.csv": staff((ANNA, "1"), (CHINGIZ, "1"))}, rows=1)
    inbox.deliver("school", "good", {"a.csv": good})
    done = inbox.ingest()
    assert [(place, refusal.code, refusal.facts) for place, refusal in done.refused] == [
        ("school/bad", "rows_differ", {"file": "b.csv", "manifest": 1, "found": 2})
    ]
    assert (len(done.deliveries), len(inbox.landed())) == (1, 1)
    again = inbox.ingest()
    assert ([code.code for _, code in again.refused], again.parses) == (["rows_differ"], [])
    # It is known now, so it is nothing new: told again, and not read again.
    told: list[tuple[str, Refusal]] = []
    assert list(verified(inbox.places, inbox.log(), None, told)) == []
    assert [(place, why.facts["found"]) for place, why in told] == [("school/bad", 2)]
    # Under another agreement it may count otherwise.
    inbox.agree("school", f'register = "kz.iin"\ninstitutions = ["{SCHOOL}"]')
    assert len(list(verified(inbox.places, inbox.log(), None, []))) == 1


def test_a_manifest_copied_to_another_sender_takes_nothing_away(inbox: Inbox) -> None:
    inbox.agree("a-neighbour")
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    shutil.copytree(inbox.places.inbox / "school", inbox.places.inbox / "a-neighbour")
    done = inbox.ingest()
    assert [(place, refusal.code) for place, refusal in done.refused] == [("a-neighbour/1", "sender_differs")]
    assert len(done.deliveries) == len(inbox.landed()) == 1


def test_linked_folders_and_one_bad_sender_do_not_stop_the_others(inbox: Inbox, tmp_path: Path) -> None:
    inbox.agree("broken", "register =")
    inbox.deliver("broken", "1", {"staff.csv": staff((BOLAT, "1"))})
    inbox.deliver("nobody", "1", {"staff.csv": staff((BOLAT, "1"))})
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "manifest.json").write_text("{}")
    (inbox.places.inbox / "school" / "link").symlink_to(tmp_path / "outside")
    (inbox.places.inbox / "school" / ".returned").mkdir()
    (inbox.places.inbox / "school" / ".returned" / "manifest.json").write_text("{}")
    done = inbox.ingest()
    assert {place: refusal.code for place, refusal in done.refused} == {
        "broken/1": "sender_unreadable",
        "senders/broken.toml": "sender_unreadable",
        "nobody/1": "sender_unknown",
        "school/link": "link_in_delivery",
    }
    assert len(inbox.landed()) == 1
    assert inbox.ingest().parses == []


def test_content_under_the_wrong_name_is_read_again_under_the_right_one(inbox: Inbox) -> None:
    content = staff((ANNA, "1"))
    inbox.deliver("school", "1", {"staff.json": content}, "2026-09-15T08:00:00Z")
    inbox.ingest()
    inbox.deliver("school", "2", {"staff.csv": content}, "2026-09-16T08:00:00Z")
    inbox.ingest()
    assert inbox.states() == {"1/staff.json": "refused", "2/staff.csv": "accepted"}
    assert len(inbox.landed()) == 1


def test_the_same_bytes_from_two_registers_are_read_twice(inbox: Inbox) -> None:
    """An isikukood is nobody's IIN: the first sender's row is bad, and the second's, byte for byte the same, is good."""
    inbox.agree("school", 'register = "kz.iin"')
    inbox.agree("ehis", 'register = "ee.isikukood"')
    for sender in ("school", "ehis"):
        inbox.deliver(sender, "1", {"staff.csv": staff(("37605030299", "1"))})
    counts = {parse["sender"]: parse["counts"]["staff_employment"] for parse in inbox.ingest().parses}
    assert (counts["school"]["landed_n"], counts["school"]["quarantined_n"]) == (0, 1)
    assert (counts["ehis"]["landed_n"], counts["ehis"]["quarantined_n"]) == (1, 0)


def test_a_sender_that_changes_is_judged_anew(inbox: Inbox) -> None:
    """Once the sender may speak for no school its rows are bad; what cannot be read again stays as it was."""
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    inbox.deliver("school", "2", {"staff.csv": staff((BOLAT, "1"))})
    inbox.ingest()
    (inbox.places.inbox / "school" / "2" / "staff.csv").write_bytes(b"changed since")
    inbox.agree("school", 'register = "kz.iin"\ninstitutions = ["1"]')
    done = inbox.ingest()
    assert [parse["counts"]["staff_employment"]["quarantined_n"] for parse in done.parses] == [1]
    assert (done.deliveries, done.refused) == ([], [])
    assert inbox.states() == {"1/staff.csv": "waiting", "2/staff.csv": "accepted"}


def test_another_key_reads_nothing(inbox: Inbox) -> None:
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    inbox.ingest()
    before = inbox.files()
    inbox.deliver("school", "2", {"staff.csv": staff((BOLAT, "1"))})
    with pytest.raises(Refusal, match="key_differs"):
        inbox.ingest(Key(b"another key of more than thirty-two bytes"))
    assert inbox.files() == before


def test_a_folder_without_a_manifest_is_told_of(inbox: Inbox) -> None:
    place = inbox.places.inbox / "school" / "forgotten"
    place.mkdir(parents=True)
    assert inbox.ingest().refused == []
    (place / "staff.csv").write_bytes(staff((ANNA, "1")))
    assert [(name, why.code) for name, why in inbox.ingest().refused] == [("school/forgotten", "no_manifest")]
