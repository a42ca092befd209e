"""Deliveries without a manifest: only where somebody vouches for them, by the option or the setting, and says of when."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ingest_reading import post, staff

from bilimkoz.cli import app, console
from bilimkoz.cli import run as run_module
from ingest import pseudonym
from ingest.log import Log
from ingest.problems import Refusal
from orchestration.resources import Pipeline

CREATED = "2026-09-15T08:00:00+05:00"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders without a manifest: of one the file's name tells no feed."""
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(tmp_path / "data"))
    monkeypatch.setenv("BILIMKOZ_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", "en")
    monkeypatch.setattr(console.console, "_file", None)
    console.settings.cache_clear()
    pseudonym.create(tmp_path / "key")
    (tmp_path / "data" / "senders").mkdir(parents=True)
    (tmp_path / "data" / "senders" / "school.toml").write_text('register = "kz.iin"')
    place = tmp_path / "data" / "inbox" / "school"
    for folder, name in (("1", "staff_employment.csv"), ("2", "list.csv")):
        (place / folder).mkdir(parents=True)
        (place / folder / name).write_bytes(staff(post()))
    return place


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Which folders each run that was launched was to take, by the last part of their names, with the moment."""
    launched: list[list[str]] = []

    def launch(_: datetime, request: Any) -> int:
        launched.append([entry.rpartition("/")[2] for entry in request.unlisted])
        return 0

    monkeypatch.setattr(run_module, "_launch", launch)
    return launched


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["bilimkoz", "run", *arguments])
    console.settings.cache_clear()
    with pytest.raises(SystemExit) as left:
        app.main()
    console.settings.cache_clear()
    return int(str(left.value.code))


def test_by_the_option_one_folder(inbox: Path, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch, "--no-manifest", str(inbox / "1"), "--created", CREATED) == 0
    assert asked == [[f"1|{CREATED}"]]


def test_by_the_setting_every_folder(inbox: Path, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """And not again what was taken in once, nor a folder of ours."""
    monkeypatch.setenv("BILIMKOZ_NO_MANIFEST", "true")
    (inbox / ".returned" / "3").mkdir(parents=True)
    assert _run(monkeypatch, "--created", CREATED) == 0
    taken = {"kind": "delivery", "delivery_id": "a" * 16, "sender": "school", "folder": "1", "has_manifest": False}
    Log(inbox.parents[1] / "landing" / "_log").commit([{**taken, "created_on": "2026-09-15", "files": []}])
    assert _run(monkeypatch, "--created", CREATED) == 0
    assert asked == [[f"1|{CREATED}", f"2|{CREATED}"], [f"2|{CREATED}"]]


@pytest.mark.parametrize("arguments", [(), ("--no-manifest", "1")])
def test_nobody_said_when(
    inbox: Path,
    asked: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(inbox)
    if not arguments:
        monkeypatch.setenv("BILIMKOZ_NO_MANIFEST", "true")
    assert _run(monkeypatch, *arguments) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert "--created" in said
    assert "school/1" in said
    assert asked == []


@pytest.mark.usefixtures("inbox")
def test_without_either_nothing_is_taken(asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch) == 0
    assert asked == [[]]


def test_under_the_setting_a_bad_folder_costs_no_other(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that was named is asked for; one that was found is refused like any delivery."""
    now = datetime(2026, 9, 20, tzinfo=UTC)
    pipeline = Pipeline(unlisted=[f"{inbox / name}|{CREATED}" for name in ("1", "2")])
    with pytest.raises(Refusal, match="feed_not_told"):
        pipeline.extra_deliveries(now, [])
    monkeypatch.setenv("BILIMKOZ_NO_MANIFEST", "true")
    refused: list[tuple[str, Refusal]] = []
    (delivery,) = pipeline.extra_deliveries(now, refused)
    assert (delivery.folder.name, delivery.has_manifest, delivery.created) == (
        "1",
        False,
        datetime(2026, 9, 15, 3, tzinfo=UTC),
    )
    assert [(name, why.code) for name, why in refused] == [("school/2", "feed_not_told")]
