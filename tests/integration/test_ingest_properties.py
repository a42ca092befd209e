"""The order of rows, how a feed is parted into files, and the order of arrival do not show in what lands."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import xlsxwriter
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from staged import KEY, Root, table

from bilimkoz.connection import connect
from ingest.contract import contract
from ingest.expose import expose
from ingest.sender import read_all

ANNA, BOLAT, CHINGIZ = "810101300018", "810101300028", "810101300901"
SCHOOL, OTHER = "750140000417", "750140000518"
Row = dict[str, Any]


def _variants(base: Row, *changes: Row) -> list[Row]:
    return [base, *({**base, **change} for change in changes)]


#: Of each feed good rows, a bad one, one twice, two that disagree, and one that says the same in other words.
WORLD: dict[str, list[Row]] = {
    "staff_employment": _variants(
        {"person_id": ANNA, "institution_id": SCHOOL, "position": "teacher", "start_date": "2020-09-01", "load_fte": "1"},
        {"load_fte": "1.0", "start_date": "01.09.2020"},
        {"person_id": BOLAT, "load_fte": "0.5"},
        {"person_id": BOLAT, "load_fte": "0.75"},
        {"person_id": CHINGIZ},
        {"person_id": CHINGIZ, "position": "мұғалім ӘҒҚ, \"1\"; 2"},
        {"person_id": "1"},
        {"person_id": CHINGIZ, "start_date": "2020-13-45", "load_fte": "many"},
    ),
    "joint_products": _variants(
        {
            "product_id": "p1", "cluster_id": "c1", "kind": "publication", "created_on": "2025-01-01",
            "institutions": f"{SCHOOL}; {OTHER}", "authors": f"{ANNA};{BOLAT}",
        },
        {"institutions": f"{SCHOOL};{OTHER};{SCHOOL}"},
        {"product_id": "p2", "authors": None},
        {"product_id": "p2", "authors": CHINGIZ},
        {"product_id": "p3", "authors": f"{ANNA};12"},
        {"product_id": "p4", "kind": "poem", "institutions": ";"},
        {"product_id": "p5", "kind": "Ресурс"},
        {"product_id": "p5", "kind": "Оқу ресурсы"},
    ),
    "survey_responses": _variants(
        {
            "instrument": "trust", "wave": "w1", "respondent_id": "tok-a", "item": "q01", "value": "4", "text_value": None,
            "role": "teacher", "answered_at": "2026-03-01 10:00:00", "consent": "1",
        },
        {"item": "q02", "value": None, "text_value": "Қолдау керек, 87011234567"},
        {"respondent_id": "tok-b", "consent": "0"},
        {"respondent_id": "tok-b", "consent": "0", "value": "2"},
        {"respondent_id": "tok-c", "value": "5"},
        {"respondent_id": "tok-c", "value": "1"},
        {"respondent_id": "tok-d", "role": "cat"},
        {"answered_at": "01.03.2026 10:00"},
    ),
    "practicum_journal": _variants(
        {
            "entry_id": "e1", "placement_id": "l1", "entry_date": "2026-02-02", "kind": "lesson_plan",
            "author_id": ANNA, "text": "Сабақ жоспары: 1-бөлім.", "mentor_mark": "8", "mark_scale": "10",
        },
        {"text": "сабақ  ЖОСПАРЫ 1бөлім"},
        {"entry_id": "e2", "text": None},
        {"entry_id": "e2", "text": "a"},
        {"entry_id": "e3", "text": "мәтін", "mentor_mark": "11"},
        {"entry_id": "e4", "text": "үш сөз бар"},
        {"entry_id": "e4", "text": "үш сөз бар!"},
    ),
    "platform_events": _variants(
        {"user_id": "u1", "occurred_at": "2026-02-02 10:00:00", "object_id": None, "action": "login", "institution_id": SCHOOL},
        {},
        {"object_id": "o1"},
        {"institution_id": OTHER},
        {"user_id": "u2", "occurred_at": "02.02.2026 10:00:00"},
        {"user_id": "u2"},
        {"user_id": "u3", "action": "dance"},
        {"user_id": None},
    ),
    "attendance": _variants(
        {"institution_id": SCHOOL, "month": "2026-03", "class_code": "7А", "pupil_id": None, "lessons_held": "10",
         "lessons_attended": "9"},
        {"class_code": None, "pupil_id": ANNA},
        {"class_code": None, "pupil_id": ANNA, "lessons_held": "10.0"},
        {"pupil_id": BOLAT},
        {"pupil_id": BOLAT, "lessons_attended": "8"},
        {"class_code": None, "month": "2026-04"},
        {"month": "2026-05", "lessons_attended": "11"},
        {"month": "2026-06"},
    ),
}  # fmt: skip
_TIMES = settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
_FORMATS = ("csv", "json", "jsonl", "xlsx", "parquet")


def _written(rows: Sequence[Row], form: str, folder: Path) -> bytes:
    if form == "csv":
        return table(list(rows))
    if form.startswith("json"):
        texts = [json.dumps({name: value for name, value in row.items() if value is not None}) for row in rows]
        return ("\n".join(texts) if form == "jsonl" else f"[{','.join(texts)}]").encode()
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String), orient="row")
    if form == "xlsx":
        # Without the moment of its making: the same rows are the same bytes.
        with xlsxwriter.Workbook(folder / "made.xlsx") as book:
            book.set_properties({"created": datetime(2026, 9, 1)})
            frame.write_excel(book)
        return (folder / "made.xlsx").read_bytes()
    frame.write_parquet(folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()


def _root(folder: Path) -> Root:
    root = Root(folder)
    root.sender("school", 'register = "kz.iin"')
    return root


def _put(root: Root, name: str, created: str, files: dict[str, Sequence[Row]]) -> None:
    """A delivery; the format of each file is that of its name. What is over the limit of bad rows is taken in."""
    content = {path: _written(rows, path.rpartition(".")[2], root.folder) for path, rows in files.items()}
    root.deliver("school", name, created, content, rows={path: len(rows) for path, rows in files.items()})


def _accept_all(root: Root) -> None:
    from ingest.log import Log
    from ingest.quarantine import accept

    log = Log.read(root.places.landing)
    for delivery in log.of("delivery"):
        for file in delivery["files"]:
            parse = next(item for item in log.of("parse") if item["sha256"] == file["sha256"])
            assert parse["problem"] is None
            if parse["over_limit"]:
                name = f"{delivery['sender']}/{delivery['folder']}/{file['path']}"
                accept(root.places.landing, root.places.senders, KEY.id, root.places.code_map, name, "known", "me")


def _exposed(root: Root) -> duckdb.DuckDBPyConnection:
    connection = connect(None)
    expose(connection, root.places.landing, read_all(root.places.senders), KEY.id, root.places.code_map)
    return connection


def _landed(connection: duckdb.DuckDBPyConnection, feed: str) -> Counter[tuple[Any, ...]]:
    """What rows say that count, with their texts, and not where they stood."""
    cells = ", ".join(f'r."{column.name}"' for column in contract(feed).loaded_columns)
    rows = connection.execute(
        f"""select {cells}, (
            select list_sort(list(t.column_name || t.wording)) from log.texts as t
            where r._parse = t.parse_id and r._row = t.row_no and r._item = t.item and t.feed = '{feed}')
        from raw."{feed}" as r
        where (r._delivery, r._parse, r._row, r._item) not in
            (select (delivery_id, parse_id, row_no, item) from log.doubles where feed = '{feed}')"""
    )
    return Counter((*row[:-1], tuple(row[-1] or ())) for row in rows.fetchall())


def _faults(connection: duckdb.DuckDBPyConnection, feed: str) -> Counter[tuple[Any, ...]]:
    """Rules that rows break by themselves, with which row it is where that is known."""
    return Counter(
        connection.execute(
            "select rule, column_name, key_hash from log.quarantine where feed = ? and rule <> 'conflict'", [feed]
        ).fetchall()
    )


def _totals(connection: duckdb.DuckDBPyConnection, feed: str) -> tuple[int, int, int, int]:
    """Rows read, landed for good, in conflict or bad, and repeated, within files and across them."""
    (read, landed, bad, repeated), *_ = connection.execute(
        """select sum(read_n), sum(landed_n), sum(quarantined_n), sum(repeated_n + empty_n) from log.parses where feed = ?""",
        [feed],
    ).fetchall()
    fates = dict(
        connection.execute("select fate, count(*) from log.doubles where feed = ? group by all", [feed]).fetchall()
    )
    conflict, again = fates.get("conflict", 0), fates.get("repeated", 0)
    return read, landed - conflict - again, bad + conflict, repeated + again


@pytest.mark.parametrize("feed", list(WORLD))
@_TIMES
@given(data=st.data())
def test_parted_and_shuffled_it_is_the_same(feed: str, data: st.DataObject) -> None:
    """One CSV, and the same rows in another order over up to four files of other formats."""
    rows = data.draw(st.permutations(WORLD[feed]))
    places = data.draw(st.lists(st.integers(1, len(rows) - 1), max_size=3, unique=True).map(sorted))
    forms = data.draw(st.permutations(_FORMATS))
    parts = [rows[start:end] for start, end in itertools.pairwise([0, *places, len(rows)])]
    files = {f"{feed}-{number}.{forms[number]}": part for number, part in enumerate(parts)}
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, delivered in (("whole", {f"{feed}.csv": WORLD[feed]}), ("parted", files)):
            root = _root(Path(folder) / name)
            _put(root, "1", "2026-09-15T08:00:00+05:00", delivered)
            assert not root.ingest().refused
            _accept_all(root)
            with _exposed(root) as connection:
                found.append((_landed(connection, feed), _faults(connection, feed), _totals(connection, feed)))
    assert found[0][2][0] == len(rows)
    assert sum(found[0][2][1:]) == len(rows)
    assert found[1] == found[0]


@_TIMES
@given(order=st.permutations(range(4)), runs=st.lists(st.booleans(), min_size=3, max_size=3))
def test_any_order_of_arrival_lands_the_same(order: list[int], runs: list[bool]) -> None:
    """Four deliveries, of which the last is the first again byte by byte; over one ingest or several."""
    staff, events = WORLD["staff_employment"], WORLD["platform_events"]
    deliveries = [
        {"staff_employment.csv": staff[:4], "platform_events.json": events},
        {"staff_employment.xlsx": staff[3:], "staff_employment-2.csv": staff[1:3]},
        {"platform_events.parquet": events[2:5]},
        {"staff_employment.csv": staff[:4], "platform_events.json": events},
    ]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, turn, stops in (("in order", range(4), [False] * 3), ("other", order, runs)):
            root = _root(Path(folder) / name)
            for number, stop in zip(turn, [*stops, True], strict=True):
                _put(root, f"d{number}", f"2026-09-{11 + number}T08:00:00+05:00", deliveries[number])
                if stop:
                    assert not root.ingest().refused
            states = "select folder, path, sha256, state, problem, rows_n, parse_id from log.files order by all"
            with _exposed(root) as connection:
                landed = {
                    feed: connection.execute(
                        f"""select f.folder, f.path, r.* exclude (_delivery, _loaded_at) from raw."{feed}" as r
                        join log.files as f on r._parse = f.parse_id order by all"""
                    ).fetchall()
                    for feed in ("staff_employment", "platform_events")
                }
                bad = connection.execute("select * from log.quarantine order by all").fetchall()
                found.append((landed, bad, connection.execute(states).fetchall()))
    assert all(found[0][0].values())
    for one, other in zip(*found, strict=True):
        assert one == other
