"""What a run says and how it ends where not everything came in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ingest_inbox import ANNA, BOLAT, NOW, Inbox, staff
from terminal import Terminal

from bilimkoz import secret
from ingest.deliveries import ingest
from ingest.problems import Refusal
from orchestration import launch
from orchestration.launch import Outcome
from orchestration.run import Run, places


@pytest.fixture
def inbox(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    """An inbox whose runs read and land, and then say that they have published."""
    monkeypatch.setattr(launch, "launch", _read_only)
    made = Inbox(terminal.root)
    made.agree("school")
    assert terminal.call("key", "init")[0] == 0
    return made


def _read_only(settings: Any, *_: object) -> Outcome:
    done = ingest(places(settings), secret.key(settings), NOW, "500MB")
    run = Run("0123456789abcdef", settings.place("work") / "01234567")
    if not any(parse["problem"] is None for parse in done.parses):
        return Outcome(False, run, refusal=Refusal("nothing_to_build"))
    run.folder.mkdir(parents=True)
    run.begin(
        {
            "as_of": date(2026, 9, 15).isoformat(),
            "parses": [entry["parse_id"] for entry in done.parses],
            "refused": [{"delivery": name, "code": why.code, "facts": why.facts} for name, why in done.refused],
        }
    )
    return Outcome(True, run, run.facts, release="2026-09-15-00000000")


def test_everything_came_in(inbox: Inbox, terminal: Terminal) -> None:
    inbox.deliver("school", "good", {"staff.csv": staff((ANNA, "1"))})
    code, said = terminal.call("run")
    assert code == 0
    assert "DID NOT COME IN" not in said


@pytest.mark.parametrize(
    ("language", "announced", "column", "last"),
    [
        ("kk", "ҚАБЫЛДАНБАДЫ: 2", "Жұмысқа кірген күні (start_date)", "қайта іске қосыңыз."),
        ("ru", "НЕ ПРИНЯТО: 2", "Дата приёма (start_date)", "запустите прогон снова."),
        ("en", "DID NOT COME IN: 2", "Start date (start_date)", "run again."),
    ],
)
def test_a_refused_delivery_and_an_unreadable_file_are_named_and_end_in_2(
    inbox: Inbox, terminal: Terminal, language: str, announced: str, column: str, last: str
) -> None:
    """Though the rest is published. The missing column has the name that the reader's list has."""
    inbox.deliver("school", "good", {"staff.csv": staff((ANNA, "1"))})
    inbox.deliver("school", "short", {"staff.csv": staff((ANNA, "1"), (BOLAT, "1"))}, rows=7)
    without = f"person_id,institution_id,position\n{ANNA},750140000417,teacher\n".encode()
    inbox.deliver("school", "no-column", {"list.csv": without})
    code, said = terminal.call("run", language=language)
    assert code == 2
    assert "2026-09-15-00000000" in said
    told = said[said.index(announced) :]
    for named in ("school/short", "school/no-column/list.csv", column):
        assert named in told
    assert said.endswith(last)


def test_a_file_that_was_sent_again_is_no_longer_missing(inbox: Inbox, terminal: Terminal) -> None:
    inbox.deliver("school", "1", {"list.csv": b"nothing that anybody knows\n"}, "2026-09-14T08:00:00Z", rows=0)
    inbox.deliver("school", "2", {"staff.csv": staff((ANNA, "1"))}, "2026-09-15T08:00:00Z")
    assert terminal.call("run")[0] == 0


def test_a_file_that_waits_whole_is_told_and_no_fault(inbox: Inbox, terminal: Terminal) -> None:
    """Its sender's last good rows stand, so the run has done all it should."""
    inbox.deliver("school", "good", {"good.csv": staff((ANNA, "1"))})
    inbox.deliver("school", "bad", {"bad.csv": staff((ANNA, "many"))}, "2026-09-16T08:00:00Z")
    code, said = terminal.call("run")
    assert code == 0
    assert "school/bad/bad.csv waits whole: 100.0% of its rows are bad, more than 5% allowed." in said


def test_where_nothing_could_be_read_the_reasons_are_told_too(inbox: Inbox, terminal: Terminal) -> None:
    inbox.deliver("school", "short", {"staff.csv": staff((ANNA, "1"))}, rows=7)
    code, said = terminal.call("run")
    assert code == 2
    assert "school/short: staff.csv: the manifest says 7 rows, the file holds 1" in said
    assert said.endswith("No delivery was accepted, so there is nothing to build.")


def test_what_rows_wait_for_is_said_once_a_feed() -> None:
    from bilimkoz.cli.run_report import _waits

    rows = [
        ("a", "risks", "waiting for clusters", 1),
        ("a", "projects", "waiting for institutions", 2),
        ("b", "training", "waiting for institutions", 3),
        ("b", "training", "not_your_institution", 1),
    ]
    first, *rest = _waits(rows)
    assert (first.endswith("(institutions): 5"), len(rest)) == (True, 2)
    assert not [line for line in rest if "rule." in line]
