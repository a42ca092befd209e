"""Of which day a run is, and which work of earlier runs stays beside it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from release_world import make_world, publish

from bilimkoz.academic_year import AcademicYear
from bilimkoz.settings import Settings
from ingest.problems import Refusal
from orchestration import inputs
from orchestration.run import Run, newest_warehouse

FIRST, NEWEST = date(2025, 9, 1), date(2026, 9, 15)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Deliveries were accepted from `FIRST` to `NEWEST`; the current release is as of 2026-09-20, and so of more than that."""
    monkeypatch.setattr(inputs, "accepted_days", lambda *_: [FIRST, NEWEST])
    publish(make_world(tmp_path), as_of=date(2026, 9, 20))
    return Settings(data_root=tmp_path)


@pytest.mark.parametrize(
    ("day", "year", "as_of"),
    [
        (FIRST, None, FIRST),
        (NEWEST, None, NEWEST),
        (None, AcademicYear.parse("2025/26"), date(2026, 8, 31)),
        (None, AcademicYear.parse("2026/27"), NEWEST),
    ],
)
def test_an_older_day_that_was_asked_for_is_built(
    settings: Settings, day: date | None, year: AcademicYear | None, as_of: date
) -> None:
    assert inputs.settled_as_of(settings, "key", day, year) == as_of


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2025, 8, 31), "as_of_too_early"),
        (date(2026, 9, 16), "as_of_ahead"),
        # Nobody asked for an older day, and what was accepted reaches less far than it did.
        (None, "older_release"),
    ],
)
def test_a_day_that_is_not_built(settings: Settings, day: date | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        inputs.settled_as_of(settings, "key", day, None)
    assert refused.value.code == code


def worked(settings: Settings, number: int, *, is_aside: bool) -> Run:
    """A run that has built a candidate, later than those of lower number."""
    run = Run.of(settings, f"{number:08x}-a-run")
    run.folder.mkdir(parents=True)
    run.begin({"is_aside": is_aside})
    run.warehouse.touch()
    os.utime(run.warehouse, (number, number))
    return run


def test_other_commands_read_what_holds_now(settings: Settings) -> None:
    now, aside = worked(settings, 1, is_aside=False), worked(settings, 2, is_aside=True)
    assert newest_warehouse(settings) == now.warehouse
    aside.remove_others(keep=now.folder)
    assert now.warehouse.exists()
    later = worked(settings, 3, is_aside=False)
    later.remove_others()
    assert newest_warehouse(settings) == later.warehouse
    assert not now.folder.exists()
    assert not aside.folder.exists()


def test_a_run_of_an_older_program_and_one_that_died_early_are_of_now(settings: Settings) -> None:
    """The one kept no word of it, the other no facts at all."""
    run = Run.of(settings, "0000000a-a-run")
    run.folder.mkdir(parents=True)
    run.warehouse.touch()
    assert newest_warehouse(settings) == run.warehouse
    run.begin({"as_of": "2026-09-15"})
    assert newest_warehouse(settings) == run.warehouse
