"""Bad leaves for person cards. Each is one more leaf at the end of a list of somebody's card, so that no true one
is lost; the card with a bad personal code is that of nobody."""

from __future__ import annotations

from typing import Any

import polars as pl

from ingest.simulate.planted import Mark

TARGETS = {
    "oping": "studies",
    "tootamine": "staff_employment",
    "taiendkoolitus": "training",
    "tasemeharidus": "qualifications",
    "kvalifikatsioon": "qualifications",
}
ENDED: dict[str, str | None] = {
    "ametikohtAlgus": "2020-09-01",
    "ametikohtLopp": "2021-05-31",
    "kehtiv": "0",
    "ametikoht": "logopeed",
}
#: list, cells, rule, column of the target feed
DEFECTS: tuple[tuple[str, dict[str, str | None], str, str], ...] = (
    ("tootamine", {**ENDED, "ametikohtLopp": None}, "open_post_is_valid", "end_date"),
    ("tootamine", {**ENDED, "ametikohtAlgus": "2020-13-01"}, "type", "start_date"),
    ("tootamine", {**ENDED, "ametikohtLopp": "2019-05-31"}, "dates_in_order", "end_date"),
    ("tootamine", {**ENDED, "koormus": "9.5"}, "range", "load_fte"),
    ("tootamine", {**ENDED, "ametikoht": None}, "required", "position"),
    ("taiendkoolitus", {"nimetus": "Tunnita kursus", "maht": None}, "required", "hours"),
    ("taiendkoolitus", {"nimetus": "Kuupäevata kursus", "loppKp": "eelmisel kevadel"}, "type", "completed_on"),
    ("oping", {"oppAlgus": "24.08.2011", "oppLopp": "05.06.2010", "kava2": None}, "dates_in_order", "end_date"),
    ("kvalifikatsioon", {"dokument": "Aastata", "aasta": None}, "required", "awarded_year"),
    ("kvalifikatsioon", {"dokument": "Vana", "aasta": "1890"}, "range", "awarded_year"),
)
#: A post at an institution that no delivery ever brings: no defect, it waits.
ELSEWHERE = {**ENDED, "oppeasutusId": "99999"}
#: How many kinds `plant` knows: the defects, then a conflict, an exact repeat, a post that waits.
KINDS_N = len(DEFECTS) + 3
#: Two posts with one key and different loads: both are bad.
CONFLICT = ({**ENDED, "ametikoht": "logopeed", "koormus": "0.5"}, {**ENDED, "ametikoht": "logopeed", "koormus": "0.25"})


def add_leaf(lists: dict[str, pl.DataFrame], name: str, person: int, cells: dict[str, Any]) -> int:
    """Adds a leaf to the person's list, like the list's first leaf but for the cells; returns its place, from 1."""
    frame = lists[name]
    like = frame.filter(pl.col("person") == person)[:1]
    row = (like if like.height else frame[:1]).with_columns(
        pl.lit(person, dtype=frame.schema["person"]).alias("person"),
        *(pl.lit(value, dtype=pl.String).alias(column) for column, value in cells.items()),
    )
    lists[name] = pl.concat([frame, row]).sort("person", maintain_order=True)
    return frame.filter(pl.col("person") == person).height + 1


def plant(lists: dict[str, pl.DataFrame], who: list[int], kinds: list[int]) -> list[tuple[int, Mark]]:
    """Adds the kinds with these numbers (see `KINDS_N`), each to the card of another person of `who`; returns
    (person, mark) with the row left at 0 until cards are numbered."""
    marks: list[tuple[int, Mark]] = []
    for person, kind in zip(who, kinds, strict=False):
        if kind < len(DEFECTS):
            name, cells, rule, column = DEFECTS[kind]
            place = add_leaf(lists, name, person, cells)
            marks.append((person, Mark(0, column, rule, f"{name}[{place}]", TARGETS[name])))
        elif kind == len(DEFECTS):
            for cells in CONFLICT:
                place = add_leaf(lists, "tootamine", person, cells)
                marks.append((person, Mark(0, "person_id", "conflict", f"tootamine[{place}]", "staff_employment")))
        elif kind == len(DEFECTS) + 2:
            place = add_leaf(lists, "tootamine", person, ELSEWHERE)
            item = f"tootamine[{place}]"
            marks.append((person, Mark(0, "institution_id", "waiting", item, "staff_employment", is_defect=False)))
        else:
            own = lists["tootamine"].filter(pl.col("person") == person)[:1].to_dicts()[0]
            own.pop("person")
            place = add_leaf(lists, "tootamine", person, own)
            marks.append((person, Mark(0, "", "repeated", f"tootamine[{place}]", "staff_employment", is_defect=False)))
    return marks
