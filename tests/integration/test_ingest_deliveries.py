"""From inbox to landing: once and only once, in any order, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ingest_inbox import ANNA, BOLAT, CHINGIZ, HEADER, KEY, SCHOOL, Inbox, staff

from bilimkoz.connection import connect
from ingest import parse as parse_module
from ingest.deliveries import verified
from ingest.expose import expose, file_states
from ingest.landing import Landing
from ingest.log import Log
from ingest.problems import Refusal
from ingest.pseudonym import Key
from ingest.sender import read_all
from ingest.workshop import Workshop


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path)
    made.agree("school")
    return made


def _states(inbox: Inbox) -> dict[str, str]:
    states = file_states(inbox.log(), read_all(inbox.places.senders), KEY.id, inbox.places.code_map)
    return {f"{state['folder']}/{state['path']}": state["state"] for state in states}


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


def _doubles(inbox: Inbox) -> list[tuple[Any, ...]]:
    """What an exposed warehouse says of rows that two files of a delivery share: delivery, path, row, fate."""
    with connect(None) as connection:
        expose(connection, inbox.places.landing, read_all(inbox.places.senders), KEY.id, inbox.places.code_map)
        return connection.execute(
            """select f.folder, f.path, d.row_no, d.fate from log.doubles as d
            join log.files as f on d.delivery_id = f.delivery_id and d.parse_id = f.parse_id order by all"""
        ).fetchall()


def test_rows_that_two_files_of_a_delivery_share(inbox: Inbox) -> None:
    """Anna stands in both alike: one counts. Bolat stands in both with another load: neither counts."""
    files = {"a.csv": staff((ANNA, "1"), (BOLAT, "1"), (CHINGIZ, "1")), "b.csv": staff((BOLAT, "0.5"), (ANNA, "1.0"))}
    inbox.deliver("school", "1", files)
    inbox.ingest()
    found = _doubles(inbox)
    assert [row for row in found if row[3] == "conflict"] == [
        ("1", "a.csv", 3, "conflict"),
        ("1", "b.csv", 2, "conflict"),
    ]
    assert len([row for row in found if row[3] == "repeated"]) == 1
    # Judged anew under another agreement, they are the same rows and no others.
    inbox.agree("school", f'register = "kz.iin"\ninstitutions = ["{SCHOOL}"]')
    assert len(inbox.ingest().parses) == 2
    assert [row[1:] for row in _doubles(inbox) if row[3] == "conflict"] == [
        row[1:] for row in found if row[3] == "conflict"
    ]
    assert len(_doubles(inbox)) == 3


def test_a_file_that_waits_takes_no_row_from_one_that_holds(inbox: Inbox) -> None:
    """Until a steward takes it in, what it says of Anna neither repeats nor contradicts the other file."""
    from ingest.quarantine import accept

    files = {"a.csv": staff((ANNA, "0.5"), (BOLAT, "many")), "b.csv": staff((ANNA, "1"))}
    inbox.deliver("school", "1", files)
    inbox.ingest()
    assert _states(inbox) == {"1/a.csv": "waiting", "1/b.csv": "accepted"}
    assert _doubles(inbox) == []
    accept(inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map, "school/1/a.csv", "known", "me")
    assert _doubles(inbox) == [("1", "a.csv", 2, "conflict"), ("1", "b.csv", 2, "conflict")]


def test_a_conflict_within_a_file_is_one_across_files_too(inbox: Inbox) -> None:
    """Two rows of a.csv disagree about Anna and are in quarantine; the third, alone in b.csv, does not win by that."""
    many = staff(*((person, "1") for person in (BOLAT, CHINGIZ)))
    many += staff((ANNA, "1"), (ANNA, "0.5")).split(b"\n", 1)[1]
    inbox.deliver("school", "1", {"a.csv": many, "b.csv": staff((ANNA, "0.5"))})
    inbox.ingest()
    from ingest.quarantine import accept

    accept(inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map, "school/1/a.csv", "known", "me")
    assert _doubles(inbox) == [("1", "b.csv", 2, "conflict")]


def test_of_two_cards_of_a_person_the_newer_answer_holds(inbox: Inbox) -> None:
    """In one file and in two; the older rows are left out, and their difference is no conflict."""
    inbox.agree("ehis", 'register = "ee.isikukood"')
    post = {"oppeasutusId": 609, "ametikoht": "õpetaja", "kehtiv": 1}

    def card(moment: int, start: str, load: float) -> dict[str, Any]:
        posts = [post | {"ametikohtAlgus": start, "amtikohtKoormus": load}]
        about = {"isikukood": "37605030299"}
        return {"request_timestamp": moment, "value": {"isikuandmed": about, "tootamine": posts}}

    old, middle, new = (
        card(1537278831, "2012-08-14", 1),
        card(1537278832, "2012-08-15", 1),
        card(1537278833, "2012-08-14", 0.5),
    )
    files = {"a.json": json.dumps([middle, old]).encode(), "b.json": json.dumps([new]).encode()}
    inbox.deliver("ehis", "1", {"a.json": files["a.json"]}, rows=2, feed="ehis_person_cards")
    inbox.deliver(
        "ehis", "2", {"a.json": files["b.json"], "b.json": files["a.json"]}, feed="ehis_person_cards", rows=None
    )
    manifest_path = inbox.places.inbox / "ehis" / "2" / "manifest.json"
    facts = json.loads(manifest_path.read_text())
    facts["files"][0]["rows"], facts["files"][1]["rows"] = 1, 2
    manifest_path.write_text(json.dumps(facts))
    inbox.ingest()
    counts = [entry["counts"]["staff_employment"] for entry in inbox.log().of("parse")]
    assert sorted((count["read_n"], count["landed_n"], count["repeated_n"]) for count in counts) == [
        (1, 1, 0),
        (2, 1, 1),
    ]
    assert sorted(str(row[3]) for row in inbox.landed()) == ["2012-08-14", "2012-08-15"]
    assert _doubles(inbox) == [("2", "b.json", 1, "repeated")]


def test_a_file_over_the_limit_waits_and_a_steward_takes_it_in(inbox: Inbox) -> None:
    from ingest.quarantine import accept

    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"), (BOLAT, "many"))})
    inbox.ingest()
    assert _states(inbox) == {"1/staff.csv": "waiting"}
    arguments = (inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map)
    assert accept(*arguments, "school/1/staff.csv", "known", "a steward") == "school/1/staff.csv"
    assert accept(*arguments, "school/1/staff.csv", "known", "a steward") is None
    assert _states(inbox) == {"1/staff.csv": "accepted"}


def test_content_under_the_wrong_name_is_read_again_under_the_right_one(inbox: Inbox) -> None:
    content = staff((ANNA, "1"))
    inbox.deliver("school", "1", {"staff.json": content}, "2026-09-15T08:00:00Z")
    inbox.ingest()
    inbox.deliver("school", "2", {"staff.csv": content}, "2026-09-16T08:00:00Z")
    inbox.ingest()
    assert _states(inbox) == {"1/staff.json": "refused", "2/staff.csv": "accepted"}
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
    assert _states(inbox) == {"1/staff.csv": "waiting", "2/staff.csv": "accepted"}


def test_another_key_reads_nothing(inbox: Inbox) -> None:
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    inbox.ingest()
    before = inbox.files()
    inbox.deliver("school", "2", {"staff.csv": staff((BOLAT, "1"))})
    with pytest.raises(Refusal, match="key_differs"):
        inbox.ingest(Key(b"another key of more than thirty-two bytes"))
    assert inbox.files() == before


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
    assert _states(inbox) == {"bad/staff.csv": "refused", "good/staff.csv": "accepted"}
    problems = [entry["problem"] for entry in inbox.log().of("parse") if entry["problem"]]
    assert problems == [{"code": "reading_failed", "fault": "AttributeError"}]
    inbox.ingest()
    assert _states(inbox) == {"bad/staff.csv": "accepted", "good/staff.csv": "accepted"}


def test_a_full_disk_is_no_fault_of_a_file(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    monkeypatch.setattr(parse_module, "reader_of", full)
    with pytest.raises(OSError, match="OSError"):
        inbox.ingest()
    assert inbox.log().entries == []


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
        paths, _ = returned.write(workshop, inbox.places.inbox, inbox.log(), _held(inbox), {"type": "wrong"})
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
    assert _states(inbox) == {"school/staff.csv": "accepted", "other/staff.csv": "waiting"}
    inbox.agree("school", f'register = "kz.iin"\ninstitutions = ["{SCHOOL}"]')
    inbox.ingest()
    assert _states(inbox) == {"school/staff.csv": "waiting", "other/staff.csv": "waiting"}


def test_a_folder_without_a_manifest_is_told_of(inbox: Inbox) -> None:
    place = inbox.places.inbox / "school" / "forgotten"
    place.mkdir(parents=True)
    assert inbox.ingest().refused == []
    (place / "staff.csv").write_bytes(staff((ANNA, "1")))
    assert [(name, why.code) for name, why in inbox.ingest().refused] == [("school/forgotten", "no_manifest")]
