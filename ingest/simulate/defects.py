"""Plants bad rows in a canonical text table, and rows that are odd but not bad.

Bad rows are those of people who exist nowhere else, so that a defect never takes a true row away: what is accepted
is the truth, and the quarantine is exactly what is planted here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from ingest.simulate.dates import after
from ingest.simulate.identifiers import iins
from ingest.simulate.planted import Mark

NOWHERE = "990140099999"  # an institution that no delivery ever brings

#: kind of staff defect -> (rule, column, cells). None empties a cell; a callable makes the cell from the ghost's id.
Cells = dict[str, "str | Callable[[str], str] | None"]
STAFF_DEFECTS: dict[str, tuple[str, str, Cells]] = {
    "no_person": ("required", "person_id", {"person_id": None}),
    "no_position": ("required", "position", {"position": None}),
    "no_start": ("required", "start_date", {"start_date": None}),
    "no_such_day": ("type", "start_date", {"start_date": "31.02.2021"}),
    "no_day": ("type", "end_date", {"end_date": "белгісіз"}),
    "no_number": ("type", "load_fte", {"load_fte": "бір жарым"}),
    "odd_contract": ("enum", "contract", {"contract": "seasonal"}),
    "odd_reason": (
        "enum",
        "end_reason",
        {"end_reason": "moved away", "start_date": "2020-09-01", "end_date": "2021-05-31"},
    ),
    "load_high": ("range", "load_fte", {"load_fte": "7.5"}),
    "start_early": ("range", "start_date", {"start_date": "1890-09-01"}),
    "bad_check_digit": (
        "identifier",
        "person_id",
        {"person_id": lambda text: text[:-1] + str((int(text[-1]) + 1) % 10)},
    ),
    "bad_length": ("identifier", "person_id", {"person_id": lambda text: text + "7"}),
    "exponent": ("identifier", "person_id", {"person_id": lambda text: f"{text[0]}.{text[1:6]}E+11"}),
    "ends_before": (
        "dates_in_order",
        "end_date",
        {"start_date": "2020-09-01", "end_date": "2020-05-31", "end_reason": "resigned"},
    ),
    "leave_ends_before": (
        "leave_dates_in_order",
        "on_leave_until",
        {
            "end_date": None,
            "end_reason": None,
            "on_leave": "parental",
            "on_leave_from": "2021-03-01",
            "on_leave_until": "2021-02-01",
        },
    ),
    "conflict": ("conflict", "person_id", {"load_fte": "0.5"}),
    "too_few_fields": ("structure", "", {}),
    "too_many_fields": ("structure", "", {}),
}
RAGGED = {"too_few_fields": -2, "too_many_fields": 2}


class Ghosts:
    """Makes identifiers of people who exist in bad rows only."""

    def __init__(self) -> None:
        self.made_n = 0

    def next(self) -> str:
        """Another valid IIN; serials start above those of true people."""
        self.made_n += 1
        born = after(np.array(["1970-01-01"], dtype="datetime64[D]"), self.made_n * 37 % 9000)
        return iins(born, np.array([self.made_n % 2 == 0]), np.array([6000 + self.made_n]))[0]


def plant(
    frame: pl.DataFrame,
    kinds: list[str],
    ghosts: Ghosts,
    rng: np.random.Generator,
    *,
    is_local: bool = False,
    foreign: str | None = None,
    repeats_n: int = 0,
) -> tuple[pl.DataFrame, list[Mark], dict[int, int]]:
    """A table with rows added in places that are drawn, the marks of those rows and which lines are ragged.

    Args:
        frame: canonical text of a staff list.
        kinds: keys of `STAFF_DEFECTS`, or `not_yours` (with `foreign`, an institution of another sender), or
            `waits` (a row for an institution that never comes).
        is_local: ghosts get ids of the local register.
        repeats_n: so many rows of the list stand in it twice.
    """
    extra: list[pl.DataFrame] = []
    marks: list[tuple[str, str, bool]] = []  # rule or note, column, is_defect
    model = frame.filter(pl.col("end_date").is_null())[:1]
    for kind in kinds:
        ghost = f"9{ghosts.made_n:04d}" if is_local else ghosts.next()
        ghosts.made_n += is_local
        row = model.with_columns(pl.lit(ghost).alias("person_id"), pl.lit("2021-09-01").alias("teaching_since"))
        if kind == "not_yours":
            extra.append(row.with_columns(pl.lit(foreign).alias("institution_id")))
            marks.append(("not_your_institution", "institution_id", True))
        elif kind == "waits":
            extra.append(row.with_columns(pl.lit(NOWHERE).alias("institution_id")))
            marks.append(("waiting", "institution_id", False))
        else:
            rule, column, cells = STAFF_DEFECTS[kind]
            values = {name: value(ghost) if callable(value) else value for name, value in cells.items()}
            if kind == "conflict":
                extra.append(row.with_columns(pl.lit("1.5").alias("load_fte")))
                marks.append((rule, column, True))
            extra.append(row.with_columns(pl.lit(value, dtype=pl.String).alias(name) for name, value in values.items()))
            marks.append((rule if kind not in RAGGED else kind, column, True))
    places = rng.integers(0, max(frame.height - 3, 1), len(extra)) + 0.5
    for _ in range(repeats_n):
        original = int(rng.integers(0, frame.height - 4))
        extra.append(frame[original : original + 1])
        places = np.append(places, original + 1.5)
        marks.append(("repeated", "", False))
    whole = pl.concat(
        [
            frame.with_columns(_place=pl.int_range(pl.len()).cast(pl.Float64), _mark=pl.lit(-1, dtype=pl.Int64)),
            *(
                row.with_columns(_place=pl.lit(float(place)), _mark=pl.lit(number, dtype=pl.Int64))
                for number, (row, place) in enumerate(zip(extra, places, strict=True))
            ),
        ]
    ).sort("_place", "_mark")
    found = whole.with_row_index("row").filter(pl.col("_mark") >= 0).select("row", "_mark").rows()
    planted: list[Mark] = []
    ragged: dict[int, int] = {}
    for row, number in found:
        rule, column, is_defect = marks[number]
        if rule in RAGGED:
            ragged[row] = RAGGED[rule]
            rule = "structure"
        planted.append(Mark(row, column, rule, is_defect=is_defect))
    return whole.drop("_place", "_mark"), planted, ragged
