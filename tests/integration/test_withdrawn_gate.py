"""A full list that is nearly empty stops the release until its sender mends it or a steward takes it in.

Each sender speaks for a school of its own, with ten people; lists of one period follow month by month.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ingest_reading import iin
from staged import Root, table
from typer.testing import CliRunner

from bilimkoz.cli.app import app
from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from expectations.thresholds import read_thresholds
from expectations.withdrawn import withdrawn

pytestmark = pytest.mark.usefixtures("dbt")
THRESHOLDS = read_thresholds(PROJECT / "dbt_project" / "seeds" / "thresholds.csv")
PEOPLE = [iin(f"8501013{number:04d}") for number in range(1, 11)]
Row = dict[str, Any]


def rows(school: str, people: int, load: str = "1") -> list[Row]:
    """The first so many people of a school."""
    return [
        {"person_id": person, "institution_id": school, "position": "teacher", "start_date": "2020-09-01", "load_fte": load}
        for person in PEOPLE[:people]
    ]  # fmt: skip


def told(root: Root, school: str, month: int, told: list[Row], *, full: bool = True, period: str = "2025/26") -> None:
    files = {"staff_employment.csv": table(told)}
    root.deliver(school, f"m{month}", f"2026-{month:02d}-10T00:00:00Z", files, full=full, period=period)


SCHOOLS = ("emptied", "restored", "corrected", "piecemeal", "nextyear", "left")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    root = Root(tmp_path_factory.mktemp("lists"))
    root.sender("registry", 'register = "kz.iin"\n')
    region = {"region_code": "750000000", "name_kk": "А", "name_ru": "А", "name_en": "A", "level": "oblast"}
    schools = [
        {"institution_id": name, "name_kk": name, "kind": "school", "region_code": "750000000", "status": "active"}
        for name in SCHOOLS
    ]
    files = {"regions.csv": table([region]), "institutions.csv": table(schools)}
    root.deliver("registry", "base", "2025-01-01T00:00:00Z", files, period=None)
    for school in SCHOOLS:
        root.sender(school, f'register = "kz.iin"\ninstitutions = ["{school}"]\n')
    told(root, "emptied", 1, rows("emptied", 10))
    told(root, "emptied", 2, rows("emptied", 2))
    for month, people in ((1, 10), (2, 2), (3, 10)):
        told(root, "restored", month, rows("restored", people))
    told(root, "corrected", 1, rows("corrected", 10))
    told(root, "corrected", 2, rows("corrected", 9, "0.5"), full=False)
    told(root, "corrected", 3, rows("corrected", 2))
    told(root, "piecemeal", 1, rows("piecemeal", 6), full=False)
    told(root, "piecemeal", 2, rows("piecemeal", 3))
    told(root, "nextyear", 1, rows("nextyear", 10), period="2024/25")
    told(root, "nextyear", 2, rows("nextyear", 2))
    told(root, "left", 1, rows("left", 10))
    told(root, "left", 2, [row | {"end_date": "2026-01-31"} for row in rows("left", 10)])
    return root


def built(root: Root) -> Path:
    return root.build(as_of="2026-09-15", select="+int_list_withdrawal")


def test_a_list_is_stopped_until_it_is_taken_in(root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By list: rows before it, rows withdrawn.

    `emptied` holds 2 of 10: 8. So did `restored`, but its third list brings the 8 back. Of the 10 of `corrected` 9 were told
    again one by one before the list of 2; what holds of the 10 is still one row each: 8. `piecemeal` gave 6 rows and no
    list before its list of 3: 3, few enough. The list of another year takes nothing back, nor does one that ends all posts.
    """
    warehouse = built(root)
    query = """select sender || '/' || folder, held_before_n, withdrawn_n from intermediate.int_list_withdrawal
        where feed = 'staff_employment' order by 1"""
    assert root.rows(warehouse, query) == [
        ("corrected/m1", 0, 0), ("corrected/m3", 10, 8), ("emptied/m1", 0, 0), ("emptied/m2", 10, 8), ("left/m1", 0, 0),
        ("left/m2", 10, 0), ("nextyear/m1", 0, 0), ("nextyear/m2", 0, 0), ("piecemeal/m2", 6, 3), ("restored/m1", 0, 0),
        ("restored/m2", 10, 0), ("restored/m3", 2, 0),
    ]  # fmt: skip
    with connect(warehouse, read_only=True) as connection:
        result = withdrawn(connection, THRESHOLDS)
    assert not result.passed
    assert result.observed == (
        "corrected/m3 staff_employment: 8 of 10 rows withdrawn; emptied/m2 staff_employment: 8 of 10 rows withdrawn; "
        "corrected: 8 rows withdrawn; emptied: 8 rows withdrawn; piecemeal: 3 rows withdrawn"
    )

    _as_candidate(root, warehouse, tmp_path / "key", monkeypatch)
    accept = ["quarantine", "accept", "--reason", "The school was split"]
    assert CliRunner().invoke(app, [*accept, "emptied/m2/staff_employment.csv"]).exit_code == 0
    # What no gate objects to is not there to be taken in.
    assert CliRunner().invoke(app, [*accept, "piecemeal/m2/staff_employment.csv"]).exit_code != 0
    log = [json.loads(line) for path in (root.places.landing / "_log").glob("*.jsonl") for line in path.open()]
    (noted,) = (entry for entry in log if entry["kind"].startswith("accept"))
    assert (noted["kind"], noted["file"]) == ("accept_withdrawal", "emptied/m2/staff_employment.csv")
    assert (noted["reason"], noted["feed"]) == ("The school was split", "staff_employment")

    with connect(built(root), read_only=True) as connection:
        result = withdrawn(connection, THRESHOLDS)
    assert not result.passed
    assert result.observed.startswith("corrected/m3 staff_employment: 8 of 10 rows withdrawn; corrected: 8")
    assert "emptied: 8 rows withdrawn" in result.observed

    told(root, "corrected", 4, rows("corrected", 10))
    with connect(built(root), read_only=True) as connection:
        result = withdrawn(connection, THRESHOLDS)
    assert result.passed
    assert result.observed == "emptied: 8 rows withdrawn; piecemeal: 3 rows withdrawn"


def _as_candidate(root: Root, warehouse: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warehouse where a run would have left it, and the settings of the commands."""
    place = root.folder / "work" / "0123abcd"
    place.mkdir()
    shutil.copy(warehouse, place / "warehouse.duckdb")
    key.write_text(hashlib.sha256(b"a key for tests").hexdigest())
    key.chmod(0o600)
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(root.folder))
    monkeypatch.setenv("BILIMKOZ_KEY_FILE", str(key))
