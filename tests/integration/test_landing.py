"""Landing over many runs: small files become one, whatever stops that; manifests are kept, without numbers of people."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ingest_inbox import ANNA, BOLAT, KEY, Inbox, staff

from bilimkoz.connection import connect
from ingest import landing as landing_module
from ingest.contract import target_feeds
from ingest.expose import expose
from ingest.landing import Landing
from ingest.log import Log
from ingest.sender import read_all

#: One ingest of a data root, in a process that kills itself, as `kill -9` would, around a rename of the files it joins.
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from ingest_inbox import Inbox
from ingest import landing
moment, place = sys.argv[3].split(" the ")
landing.MOST_FILES = 2
compact, replace = landing.Landing.compact, Path.replace
def dying(path, target):
    is_there = place in str(target)
    if is_there and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    moved = replace(path, target)
    if is_there and moment == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return moved
def compacting(landing, connection):
    Path.replace = dying
    compact(landing, connection)
landing.Landing.compact = compacting
Inbox(Path(sys.argv[1])).ingest()
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path)
    made.agree("school")
    return made


def _deliver(inbox: Inbox, number: int) -> None:
    """A list with a good row and a bad one, each of another load."""
    created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    rows = staff((ANNA, f"0.{number:03d}"), (BOLAT, f"much{number}"))
    inbox.deliver("school", f"{number:03d}", {"staff.csv": rows}, created.isoformat())


def _shown(inbox: Inbox) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a warehouse is shown, of every feed and of the quarantine, with where each comes from."""
    with connect(None) as connection:
        expose(connection, inbox.places.landing, read_all(inbox.places.senders), KEY.id, inbox.places.code_map)
        tables = [*(f'raw."{feed}"' for feed in target_feeds()), "log.quarantine", "log.answered", "log.files"]
        return {name: connection.execute(f"select * from {name} order by all").fetchall() for name in tables}


def _lying(inbox: Inbox, feed: str) -> set[str]:
    return {f"{feed}/{path.name}" for path in (inbox.places.landing / feed).iterdir()}


def _land_again(inbox: Inbox, n: int) -> None:
    """As many further runs as that: what the one run landed, each time under another reading's name."""
    log, landing = inbox.log(), inbox.places.landing
    (parse,) = log.of("parse")
    for number in range(n):
        name = f"{number:016x}"
        entry = {**parse, "parse_id": name, "landed": {"staff_employment": f"staff_employment/{name}.parquet"}}
        log.commit([{**entry, "quarantine": f"_quarantine/{name}.parquet"}])
    with connect(None) as connection:
        for folder, column in (("staff_employment", "_parse"), ("_quarantine", "parse_id")):
            (rows,) = (landing / folder).iterdir()
            for number in range(n):
                renamed = f"select * replace ('{number:016x}' as {column}) from '{rows}'"
                connection.execute(f"copy ({renamed}) to '{landing}/{folder}/{number:016x}.parquet'")


def test_over_200_runs_become_one_file_a_feed(inbox: Inbox) -> None:
    """Of 201 runs, every row is there once, as it was and from where it was."""
    _deliver(inbox, 0)
    inbox.ingest()
    _land_again(inbox, 200)
    before, feeds = _shown(inbox), ("staff_employment", "_quarantine")
    assert [len(before[name]) for name in ('raw."staff_employment"', "log.quarantine")] == [201, 201]
    assert [len(inbox.log().files(feed)) for feed in feeds] == [201, 201]
    inbox.ingest()
    assert [len(inbox.log().files(feed)) for feed in feeds] == [1, 1]
    assert _shown(inbox) == before
    # Who read the log before may still be reading the files it named then; they go with the next run.
    assert {len(_lying(inbox, feed)) for feed in feeds} == {202}
    _deliver(inbox, 1)
    inbox.ingest()
    assert {len(_lying(inbox, feed)) for feed in feeds} == {2}
    after = _shown(inbox)
    assert set(before['raw."staff_employment"']) < set(after['raw."staff_employment"'])
    assert len(after['raw."staff_employment"']) == len(after["log.quarantine"]) == 202
    joined = [inbox.places.landing / inbox.log().files(feed)[0] for feed in feeds]
    assert {path.stat().st_mode & 0o777 for path in joined} == {0o600}


@pytest.mark.parametrize("n", [199, 200])
def test_up_to_200_files_stay_as_they_are(inbox: Inbox, n: int) -> None:
    """Nothing is rewritten before it pays."""
    names = [f"staff_employment/{number:016x}.parquet" for number in range(n)]
    lines = [
        {"kind": "parse", "parse_id": name, "landed": {"staff_employment": name}, "quarantine": None, "answered": None}
        for name in names
    ]
    log = Log(inbox.places.landing / "_log", lines)
    with connect(None) as connection:
        Landing(inbox.places.landing, log).compact(connection)
    assert log.files("staff_employment") == names


@pytest.mark.parametrize("point", ["before the parquet", "after the parquet", "before the _log", "after the _log"])
def test_killed_while_files_become_one(inbox: Inbox, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """Nothing is lost and nothing stands twice, at once and after the next run, which leaves nothing over."""
    for number in range(3):
        _deliver(inbox, number)
        inbox.ingest()
    before = _shown(inbox)
    arguments = [sys.executable, "-c", KILLED, str(inbox.root), str(Path(__file__).parent), point]
    done = subprocess.run(arguments, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert _shown(inbox) == before
    assert len(inbox.log().files("_quarantine")) == (1 if point == "after the _log" else 3)
    monkeypatch.setattr(landing_module, "MOST_FILES", 2)
    inbox.ingest()
    inbox.ingest()
    assert _shown(inbox) == before
    for feed in ("staff_employment", "_quarantine"):
        assert len(inbox.log().files(feed)) == 1
        assert _lying(inbox, feed) == set(inbox.log().files(feed))
    assert {path.suffix for path in inbox.places.landing.glob("*/*")} <= {".parquet", ".jsonl", ".json"}


def test_files_that_became_one_become_one_again(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with files of a day on which the contract had a column less."""
    monkeypatch.setattr(landing_module, "MOST_FILES", 2)
    for number in range(7):
        _deliver(inbox, number)
        if number == 4:
            (name,) = inbox.log().files("staff_employment")[-1:]
            _without(inbox.places.landing / name, "subject")
        inbox.ingest()
    assert len(inbox.log().files("staff_employment")) <= 2
    loads = [str(row[6]) for row in _shown(inbox)['raw."staff_employment"']]
    assert sorted(loads) == [f"0.{number:03d}0" for number in range(7)]


def _without(path: Path, column: str) -> None:
    with connect(None) as connection:
        connection.execute(f"copy (select * exclude ({column}) from '{path}') to '{path}.new' (format parquet)")
    Path(f"{path}.new").replace(path)


def test_the_manifest_is_kept_to_the_letter_with_its_signature(inbox: Inbox) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    (inbox.places.senders / "school.pem").write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    name = inbox.deliver("school", "1", {"staff_20260901.csv": staff((ANNA, "1"))})
    text = (inbox.places.inbox / "school" / "1" / "manifest.json").read_bytes()
    (inbox.places.inbox / "school" / "1" / "manifest.sig").write_bytes(key.sign(text))
    assert len(inbox.ingest().deliveries) == 1
    kept = inbox.places.landing / "_manifests"
    assert {path.name for path in kept.iterdir()} == {f"{name}.json", f"{name}.sig"}
    assert (kept / f"{name}.json").read_bytes() == text
    public.verify((kept / f"{name}.sig").read_bytes(), (kept / f"{name}.json").read_bytes())
    assert {path.stat().st_mode & 0o777 for path in kept.iterdir()} == {0o600}
    assert inbox.ingest().deliveries == []
    assert len(list(kept.iterdir())) == 2


def test_a_manifest_that_names_a_person_is_kept_without_the_number(inbox: Inbox) -> None:
    """Its id stays that of what was sent."""
    content = staff((ANNA, "1"))
    name = inbox.deliver("school", "1", {f"{ANNA}.csv": content})
    inbox.ingest()
    text = (inbox.places.landing / "_manifests" / f"{name}.json").read_text()
    assert ANNA not in text
    sha256 = hashlib.sha256(content).hexdigest()
    (file,) = json.loads(text)["files"]
    assert (file["path"], file["sha256"], file["rows"]) == (f"…~{sha256[:8]}.csv", sha256, 1)
    assert json.loads(text)["names_masked"] is True


def test_a_manifest_that_says_a_thing_twice_is_refused(inbox: Inbox) -> None:
    """Who reads the first and who reads the last would read two manifests."""
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})
    path = inbox.places.inbox / "school" / "1" / "manifest.json"
    path.write_text(path.read_text().replace('"sender"', f'"sender": "{ANNA}", "sender"', 1))
    done = inbox.ingest()
    assert [(place, why.code) for place, why in done.refused] == [("school/1", "manifest_unreadable")]
    assert not (inbox.places.landing / "_manifests").exists()


def test_a_manifest_of_a_run_that_died_is_swept(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))})

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Log, "commit", dies)
        with pytest.raises(KeyboardInterrupt):
            inbox.ingest()
    (left,) = (inbox.places.landing / "_manifests").iterdir()
    (inbox.places.inbox / "school" / "1" / "manifest.json").write_text("{}")
    inbox.ingest()
    assert not left.exists()


def test_a_refused_delivery_leaves_no_manifest(inbox: Inbox) -> None:
    inbox.deliver("school", "1", {"staff.csv": staff((ANNA, "1"))}, rows=9)
    inbox.ingest()
    assert not (inbox.places.landing / "_manifests").exists()
