"""The deliveries of a country: the same bytes whoever makes them, hanging together, and wrong only where the truth says so."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from country_village import NESTED, Table, tables, truth, written
from simulated_files import properties
from simulated_keeps import Row

from ingest.simulate.dialects import Format
from ingest.simulate.feed_defects import Planter, Target

#: Columns that tell of what has happened.
HAPPENED = (
    *("occurred_at", "opened_at", "closed_at", "resolved_at", "answered_at", "submitted_at", "held_on", "ended_on"),
    *("taken_on", "left_on", "start_date", "offered_on", "starts_on", "entry_date", "started_on", "joined_on"),
)
#: Feeds of the whole country's registry.
REGISTRY = {"regions", "institutions", "clusters", "cluster_members", "survey_instruments", "survey_waves"}
FORMS: tuple[Format, ...] = ("csv", "xlsx", "json", "jsonl", "parquet")
MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from country_village import VILLAGES
from ingest.simulate.country import SCENARIOS, Order, write_country
if __name__ == "__main__":
    write_country(Order(Path(sys.argv[2]), VILLAGES, SCENARIOS["base"], 1), int(sys.argv[3]))
"""


def _hashes(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("villages"))


@pytest.fixture(scope="module")
def told(root: Path) -> list[Table]:
    return tables(root)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_bytes_on_one_thread_and_on_two(root: Path, tmp_path: Path, threads: int) -> None:
    """In a process of its own, which has so many threads for everything; this one has those of the machine."""
    script = tmp_path / "make.py"
    script.write_text(MAKE, encoding="utf-8")
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    command = [sys.executable, str(script), str(Path(__file__).parent), str(tmp_path / "made"), str(threads)]
    subprocess.run(command, env=environment, check=True)
    assert _hashes(tmp_path / "made") == _hashes(root)


def test_another_seed_is_another_country(root: Path, tmp_path: Path) -> None:
    """No table is the same but those that do not hang on chance: names of places and networks, instruments, the EHIS schools."""
    other, own = _hashes(written(tmp_path, seed=2)), _hashes(root)
    same = {Path(name).stem for name, digest in own.items() if other.get(name) == digest and "ehis" not in name}
    assert same == {"regions", "clusters", "registry", "survey_instruments", "survey_waves", "survey_answering"}


def test_what_is_wrong_is_what_was_planted(root: Path, told: list[Table]) -> None:
    """By file, line, column and rule, judged by rules written down a second time; in every feed, and of every kind."""
    planted = truth(root, "planted_defects").filter(~pl.col("feed").is_in(list(NESTED)), pl.col("sender") != "ehis")
    wanted = planted.select("sender", "delivery", "path", "feed", "row", "column", "rule").rows()
    found = [(table.sender, table.delivery, table.path, table.feed, *place) for table in told for place in table.found]
    assert Counter(found) == Counter(wanted)
    kinds = {"required", "type", "enum", "range", "pattern", "code", "identifier", "conflict", "not_your_institution"}
    assert kinds <= set(planted["rule"])
    assert {"enrolments", "assessment_results", "staff_employment", "survey_responses", "platform_events"} <= set(
        planted["feed"]
    )


def test_rows_that_stand_twice_are_noted(root: Path, told: list[Table]) -> None:
    """One of each feed that has more than twenty rows somewhere."""
    notes = truth(root, "planted_notes").filter(pl.col("sender") != "ehis", note="repeated")
    wanted = set(notes.select("sender", "delivery", "path", "row").rows())
    found = {(table.sender, table.delivery, table.path, row) for table in told for row in table.repeats}
    assert found == wanted
    assert {"enrolments", "assessment_results", "platform_events", "survey_responses"} <= set(notes["feed"])


def test_nothing_happens_after_it_was_sent(told: list[Table]) -> None:
    """Days of what is planned may lie ahead; of what has happened none does."""
    late = {
        (table.feed, name)
        for table in told
        for row in table.good
        for name in HAPPENED
        if (text := row.get(name)) is not None and text[:10] > table.delivery
    }
    # A network that begins on 1 September is in the list of the August before.
    assert late <= {("cluster_members", "joined_on")}


def test_bad_rows_of_two_oblasts_do_not_meet(told: list[Table]) -> None:
    """Two planters that have made as many bad rows give them other keys; so do rows that wait, which may be loaded later."""
    good: dict[str, list[Row]] = defaultdict(list)
    for table in told:
        if table.feed not in REGISTRY:
            good[table.feed] += table.good
    assert {feed for feed, rows in good.items() if len(rows) <= 20} == set()
    for feed, rows in good.items():
        names = sorted({column["name"] for column in properties(feed)})
        models = pl.DataFrame(
            [{name: row.get(name) for name in names} for row in rows], schema=dict.fromkeys(names, pl.String)
        )
        key = [column["name"] for column in properties(feed) if column.get("primaryKey")]
        keys = []
        for place in (0, 2):
            planter = Planter(np.random.default_rng(1), place=place, tag=str(80 + place))
            made = planter.bad_rows(feed, models, 10_000, Target(is_typed=False, is_local=False, foreign=None))
            keys.append(
                {tuple(row[name] for name in key) for row, mark in made if mark.rule in ("waiting", "conflict")}
            )
        # Attestations have no parents, and a rule asks after each column in which two rows of one key might differ.
        assert keys[0] or feed == "attestations", feed
        assert not keys[0] & keys[1], feed


def test_few_rows_of_a_file_are_bad(told: list[Table]) -> None:
    for table in told:
        assert len({row for row, _, _ in table.found}) <= 0.05 * len(table.rows), (table.sender, table.path)


def test_good_rows_have_parents_but_those_noted_as_waiting(root: Path, told: list[Table]) -> None:
    known: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for table in told:
        for column in properties(table.feed):
            known[table.feed, column["name"]] |= {row.get(column["name"]) for row in table.good}
    links = [
        (table, column["name"], feed, parent)
        for table in told
        for column in properties(table.feed)
        for link in column.get("relationships", [])
        for feed, parent in [link["to"].split(".")]
    ]
    orphans = {
        (table.sender, table.delivery, table.path, table.feed, name)
        for table, name, feed, parent in links
        for row in table.good
        # Of a list each element has a parent.
        if not set((row.get(name) or "").split(";")) - {""} <= known[feed, parent]
    }
    waiting = truth(root, "planted_notes").filter(note="waiting")
    assert orphans == set(waiting.select("sender", "delivery", "path", "feed", "column").rows())


def test_keys_are_of_one_sender(told: list[Table]) -> None:
    """What two oblasts say has no key in common, or one would take the other's rows for its own."""
    for feed in {table.feed for table in told if table.sender != "registry"}:
        key = [column["name"] for column in properties(feed) if column.get("primaryKey")]
        senders: dict[tuple[str | None, ...], set[str]] = defaultdict(set)
        for table in told:
            if table.feed == feed:
                for row in table.good:
                    senders[tuple(row.get(name) for name in key)].add(table.sender)
        assert max(map(len, senders.values())) == 1, feed


def _value(column: dict[str, Any], text: str) -> object:
    """Numbers and moments as what they are, since formats write them differently."""
    if column["logicalType"] in ("number", "integer"):
        return float(text)
    return datetime.fromisoformat(text) if column["logicalType"] == "timestamp" else text


def _contents(root: Path) -> dict[str, Counter[frozenset[tuple[str, object]]]]:
    """By sender, delivery and feed the rows that were not planted."""
    marks = pl.concat(
        [truth(root, name).select("sender", "delivery", "path", "row") for name in ("planted_defects", "planted_notes")]
    )
    planted = set(marks.rows())
    contents = {}
    for table in tables(root):
        columns = {column["name"]: column for column in properties(table.feed)}
        contents[f"{table.sender} {table.delivery} {table.feed}"] = Counter(
            frozenset((name, _value(columns[name], text)) for name, text in row.items() if text is not None)
            for place, row in table.rows
            if (table.sender, table.delivery, table.path, place) not in planted
        )
    return contents


def test_every_format_tells_the_same_truth(tmp_path: Path) -> None:
    """A seed gives one country, whether its tables are CSV, XLSX, JSON, lines of JSON or Parquet; cards are XML and JSON."""
    roots = {form: written(tmp_path / form, form=form) for form in FORMS}
    first = _contents(roots["csv"])
    assert sum(map(Counter.total, first.values())) > 10_000
    own = {path.name for path in (roots["csv"] / "truth").iterdir()} - {
        "planted_defects.parquet",
        "planted_notes.parquet",
    }
    for form, made in roots.items():
        suffixes = {path.suffix for path in made.glob("inbox/*/*/*") if path.parent.parent.name != "ehis"}
        assert suffixes == {f".{form}", ".json"}
        for name in own:
            assert (made / "truth" / name).read_bytes() == (roots["csv"] / "truth" / name).read_bytes(), name
        assert _contents(made) == first, form


def test_a_country_has_cards_of_persons_as_xml(root: Path) -> None:
    """Of those whose register is EHIS; the posts on them are the posts of the truth, by institution and first day."""
    (path,) = [path for path in root.glob("inbox/ehis/*/*.xml") if "isikukaart" in path.read_text(encoding="utf-8")]
    day = date.fromisoformat(path.parent.name)
    found = {
        (
            card.findtext("isikuandmed/isikukood"),
            post.findtext("oppeasutusId"),
            post.findtext("ametikohtAlgus", "")[:10],
        )
        for card in ElementTree.parse(path).getroot().iter("isikukaart")
        for post in card.iter("tootamine")
    }
    people = truth(root, "people").select("oblast", "person", "person_id", "register")
    held = truth(root, "posts").join(people, on=["oblast", "person"])
    posts = held.filter(pl.col("register") == "ee.isikukood", pl.col("start") <= day)
    wanted = {
        (identifier, institution, start.isoformat())
        for identifier, institution, start in posts.select("person_id", "institution_id", "start").rows()
    }
    assert len(wanted) > 20
    assert wanted <= found
    known = {identifier for identifier, _, _ in wanted}
    planted = truth(root, "planted_defects").filter(sender="ehis", delivery=path.parent.name, path=path.name)
    assert len({place for place in found if place[0] in known} - wanted) <= planted.height


def test_manifests_name_what_was_written(root: Path) -> None:
    for path in root.glob("inbox/*/*/manifest.json"):
        for entry in json.loads(path.read_text(encoding="utf-8"))["files"]:
            assert hashlib.sha256((path.parent / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
