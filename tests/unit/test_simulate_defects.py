"""What is planted in tables lies where the truth says, and nothing else is wrong: every row is judged a second time."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from simulated_files import manifests, properties, records
from simulated_judge import judge

from ingest.simulate import simulate

Place = tuple[str, str, str]  # sender, delivery, path


@pytest.fixture(scope="module", params=[("tiny", 1), ("demo", 2)], ids=["tiny", "demo"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another seed than that of the demo itself, which is run as a whole."""
    profile, seed = request.param
    path = tmp_path_factory.mktemp(profile)
    simulate(path, profile, seed=seed)
    return path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    simulate(path, "demo", seed=1)
    return path


def _planted(root: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(root / "truth" / f"planted_{name}.parquet")


def _tables(root: Path) -> list[tuple[Place, Path, str, dict[str, Any]]]:
    """Place, path, feed and sender facts of every table but those refused, and of no delivery that is there twice."""
    notes = _planted(root, "notes").filter(note="file_refused")
    refused = set(notes.select("sender", "delivery", "path").rows())
    found = []
    for folder, manifest in manifests(root):
        sender = tomllib.loads((root / "senders" / f"{manifest['sender']}.toml").read_text(encoding="utf-8"))
        for entry in manifest["files"]:
            place = (manifest["sender"], folder.name, entry["path"])
            if not entry["feed"].startswith("ehis") and place not in refused and not folder.name.endswith("(2)"):
                found.append((place, folder / entry["path"], entry["feed"], sender))
    return found


def test_quarantine_is_what_was_planted_by_line_and_rule(root: Path) -> None:
    found: set[tuple[Any, ...]] = set()
    repeated: set[tuple[Any, ...]] = set()
    for place, path, feed, sender in _tables(root):
        rows, ragged = records(path, feed)
        scope = set(sender["institutions"]) if "institutions" in sender else None
        broken, again = judge(feed, rows, sender["register"], scope)
        found |= {(*place, feed, *violation) for violation in broken}
        found |= {(*place, feed, line, "", "structure") for line in ragged}
        repeated |= {(*place, feed, line) for line in again}
    tables = pl.col("item") == ""
    planted = _planted(root, "defects").filter(tables)
    assert found == set(planted.select("sender", "delivery", "path", "feed", "row", "column", "rule").rows())
    notes = _planted(root, "notes").filter(tables, note="repeated")
    assert repeated == set(notes.select("sender", "delivery", "path", "feed", "row").rows())


def test_a_row_has_one_defect(root: Path) -> None:
    planted = _planted(root, "defects")
    assert planted.select("sender", "delivery", "path", "feed", "row", "item").is_duplicated().sum() == 0


def test_files_stay_under_five_per_cent_but_those_that_wait(root: Path) -> None:
    planted = _planted(root, "defects")
    waiting = set(_planted(root, "notes").filter(note="file_waits").select("sender", "delivery", "path").rows())
    for place, path, feed, _ in _tables(root):
        sender, delivery, name = place
        bad = planted.filter(sender=sender, delivery=delivery, path=name).height
        rows, ragged = records(path, feed)
        assert (bad > 0.05 * (len(rows) + len(ragged))) == (place in waiting), place


def test_every_kind_is_planted_in_every_format_that_can_show_it(demo: Path) -> None:
    planted = _planted(demo, "defects").with_columns(form=pl.col("path").str.extract(r"\.(\w+)$"))
    rules = {form: set(frame["rule"]) for (form,), frame in planted.filter(item="").group_by("form")}
    everywhere = {"required", "enum", "range", "identifier", "dates_in_order", "leave_dates_in_order", "conflict"}
    everywhere.add("not_your_institution")
    assert everywhere | {"type", "structure"} <= rules["csv"]
    assert everywhere | {"type"} <= rules["xlsx"]
    assert everywhere | {"type"} <= rules["jsonl"]
    assert everywhere <= rules["parquet"]
    assert set(planted.filter(feed="regions")["rule"]) == {"pattern", "not_own_parent", "settlement_kind_known"}
    assert set(planted.filter(feed="institutions")["rule"]) == {"type", "enum", "has_a_name", "dates_in_order"}


def test_oddities_that_are_no_defects(demo: Path) -> None:
    """A refused file lacks a required column; a name lost its letters; rows wait for an institution that comes later
    or never; a delivery is there twice; a correction is taken back to the byte."""
    notes = _planted(demo, "notes")
    inbox = demo / "inbox"
    (refused,) = notes.filter(note="file_refused", feed="staff_employment").to_dicts()
    header = set(records(inbox / refused["sender"] / refused["delivery"] / refused["path"], refused["feed"])[0][0][1])
    missing = {column["name"] for column in properties(refused["feed"]) if column.get("required")} - header
    assert missing == {refused["column"]} == {"start_date"}
    (lost,) = notes.filter(note="letters_lost").to_dicts()
    rows = dict(records(inbox / lost["sender"] / lost["delivery"] / lost["path"], lost["feed"])[0])
    assert rows[lost["row"]]["name_kk"] == "№ 1 жалпы б?л?м берет?н мектеп"
    for folder in sorted((inbox / "oblast-department").iterdir())[1:]:
        for path in folder.glob("institutions.*"):
            assert not any("?" in str(row["name_kk"]) for _, row in records(path, "institutions")[0])
    known: set[str | None] = set()
    for path in sorted((inbox / "oblast-department").glob("*/institutions.*")):
        known |= {row["institution_id"] for _, row in records(path, "institutions")[0]}
    for note in notes.filter(note="waiting", sender="oblast-rest", feed="staff_employment").to_dicts():
        rows = dict(records(inbox / note["sender"] / note["delivery"] / note["path"], note["feed"])[0])
        assert (rows[note["row"]]["institution_id"] in known) == note["resolved"]
    assert set(notes.filter(note="waiting")["resolved"]) == {True, False}
    (twice,) = [folder for folder, _ in manifests(demo) if folder.name.endswith("(2)")]
    original = twice.with_name(twice.name.removesuffix(" (2)"))
    assert {path.name: path.read_bytes() for path in twice.iterdir()} == {
        path.name: path.read_bytes() for path in original.iterdir()
    }
    first, changed, back = (
        json.loads((inbox / "school-0000" / day / "manifest.json").read_text(encoding="utf-8"))["files"][0]
        for day in ("2025-09-05", "2025-09-26", "2025-10-14")
    )
    assert first["sha256"] == back["sha256"] != changed["sha256"]


def test_no_name_of_a_person_but_the_placeholder(root: Path) -> None:
    names = set()
    for _, path, feed, _ in _tables(root):
        names |= {row.get("full_name") for _, row in records(path, feed)[0]}
    assert names <= {None, "Тест Тестов Тестұлы"}
