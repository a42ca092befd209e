"""The gate log: five columns, one run, replaced whole."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expectations.gate_log import ForeignGateLogError, GateLog, GateResult

FIRST = GateResult("coverage", "raw.staff_employment", True, "17 oblasts, all complete", "at least 0.95")
SECOND = GateResult("gx:raw.regions", "raw.regions", False, "9 of 10 rules hold", "all", {"unique": ({"n": "2"},)})


def test_rows_are_added_in_order(tmp_path: Path) -> None:
    path = tmp_path / "work" / "gates.parquet"
    GateLog(path, "run-1").append([FIRST])
    GateLog(path, "run-1").append([SECOND])
    assert pq.read_table(path).to_pylist() == [
        {
            "gate": "coverage",
            "asset": "raw.staff_employment",
            "passed": True,
            "observed": "17 oblasts, all complete",
            "bound": "at least 0.95",
        },
        {
            "gate": "gx:raw.regions",
            "asset": "raw.regions",
            "passed": False,
            "observed": "9 of 10 rules hold",
            "bound": "all",
        },
    ]


def test_rows_of_the_data_are_not_part_of_the_log(tmp_path: Path) -> None:
    log = GateLog(tmp_path / "gates.parquet", "run-1")
    log.append([SECOND])
    assert log.read() == [GateResult("gx:raw.regions", "raw.regions", False, "9 of 10 rules hold", "all")]


def test_no_file_is_an_empty_log(tmp_path: Path) -> None:
    assert GateLog(tmp_path / "gates.parquet", "run-1").read() == []


def test_the_log_of_another_run_is_neither_read_nor_added_to(tmp_path: Path) -> None:
    path = tmp_path / "gates.parquet"
    GateLog(path, "run-1").append([FIRST])
    before = path.read_bytes()
    with pytest.raises(ForeignGateLogError, match="run-1"):
        GateLog(path, "run-2").read()
    with pytest.raises(ForeignGateLogError, match="run-1"):
        GateLog(path, "run-2").append([SECOND])
    assert path.read_bytes() == before


def test_a_crash_while_writing_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gates.parquet"
    log = GateLog(path, "run-1")
    log.append([FIRST])

    def disk_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        log.append([SECOND])
    monkeypatch.undo()
    assert log.read() == [FIRST]
