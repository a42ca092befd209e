"""A CSV whose lines Arrow's reader splits gives what the same lines give that are split by regular expressions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_reading import CODE_MAP, SECRET

from ingest.contract import contract
from ingest.pseudonym import Key
from ingest.readers import csv as reader
from ingest.readers import csv_bare
from ingest.readers.text import fingerprint
from ingest.workshop import Workshop

FEED = "staff_employment"
HEADER = "person_id,institution_id,position,start_date\n"


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    with Workshop(None, CODE_MAP, Key(SECRET), "1GB", threads=1) as opened:
        yield opened


def _rows(workshop: Workshop, path: Path) -> list[tuple[Any, ...]]:
    connection = workshop.connection
    source = reader.read(connection, path, contract(FEED), fingerprint(path))
    rows: list[tuple[Any, ...]] = []
    for _ in source.parts:
        rows += connection.execute(f"select _row, _broken, c0, c1, c2, c3 {source.sql}").fetchall()
    return sorted(rows)


def _otherwise(workshop: Workshop, path: Path) -> list[tuple[Any, ...]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_bare, "rows", lambda *_: (None, None))
        return _rows(workshop, path)


LINES = st.lists(st.text(st.sampled_from('a"", \t;ә'), max_size=14), max_size=12)


@settings(max_examples=120, deadline=None)
@given(lines=LINES)
def test_any_lines(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("lines") / "staff_employment.csv"
    path.write_text(HEADER + "a,b,c,d\n" + "\n".join(lines), encoding="utf-8")
    try:
        expected = _otherwise(workshop, path)
    except Exception as fault:
        with pytest.raises(type(fault), match=str(fault)):
            _rows(workshop, path)
        return
    assert _rows(workshop, path) == expected


CELLS = st.text(st.sampled_from('aә",; '), max_size=6).filter(lambda text: text.strip('" ,'))


@settings(max_examples=60, deadline=None)
@given(table=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=8), is_quoted=st.booleans())
def test_what_the_standard_library_writes(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]], is_quoted: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL, lineterminator="\n").writerows(table)
    path = tmp_path_factory.mktemp("lines") / "staff_employment.csv"
    path.write_text(HEADER + text.getvalue(), encoding="utf-8")
    cells = [tuple(cell.strip(" ") for cell in row) for row in table]
    assert _rows(workshop, path) == [(number, False, *row) for number, row in enumerate(cells, 2)]


def test_only_the_odd_lines_are_left(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of schools in quotes stand in every list; one blank beside a quote does not make a file slow."""
    left: list[int] = []
    split = csv_bare.rows

    def watched(*arguments: Any) -> Any:
        rows, lines = split(*arguments)
        assert rows is not None
        left.extend(lines["line_no"].to_pylist() if lines is not None else [])
        return rows, lines

    monkeypatch.setattr(csv_bare, "rows", watched)
    path = tmp_path / "staff_employment.csv"
    path.write_text(
        HEADER + 'a,b,КГУ "Школа №5",d\na,b,"Школа ""Болашак"", Абай",d\na, "b",c,d\na,b,c\na,"b"\n', encoding="utf-8"
    )
    assert _rows(workshop, path) == [
        (2, False, "a", "b", 'КГУ "Школа №5"', "d"),
        (3, False, "a", "b", 'Школа "Болашак", Абай', "d"),
        (4, False, "a", "b", "c", "d"),
        (5, True, "a", "b", "c", None),
        (6, True, "a", "b", None, None),
    ]
    assert left == [4, 6]
