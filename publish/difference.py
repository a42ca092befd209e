"""What changed from one release to another."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bilimkoz.connection import connect
from bilimkoz.durable import write_whole
from bilimkoz.sql import literal
from publish.content_hash import TableContent
from publish.release_record import Release, read_release

_KEY = ("cohort_year", "level", "estimand", "segment", "segment_value", "horizon_months")
_FIGURE = ("hired_n", "retained_n", "index_share", "status", "unknown_n", "removed_n")
# Statuses of a figure whose period is over.
_CLOSED = ("ok", "too_few")


@dataclass(frozen=True)
class TableDifference:
    """One table in two releases; None where a release does not have it."""

    table: str
    old: TableContent | None
    new: TableContent | None

    @property
    def is_same(self) -> bool:
        """Whether it holds the same rows."""
        return self.old == self.new


@dataclass(frozen=True)
class RevisedFigure:
    """A retention figure that is not the same in two releases; None where a release does not have it.

    `key` has cohort_year, level, estimand, segment, segment_value, horizon_months; the figures have hired_n,
    retained_n, index_share, status, unknown_n, removed_n.
    """

    key: Mapping[str, object]
    old: Mapping[str, object] | None
    new: Mapping[str, object] | None

    @property
    def was_closed(self) -> bool:
        """Whether the old release had observed it; a figure that is observed for the first time has not moved."""
        return self.old is not None and self.old["status"] in _CLOSED


@dataclass(frozen=True)
class ReleaseDifference:
    """What changed from release `old` to release `new`."""

    old: Release
    new: Release
    tables: tuple[TableDifference, ...]
    figures: tuple[RevisedFigure, ...]


def diff(root: Path, old: str, new: str) -> ReleaseDifference:
    """Compare two releases: every table by its hash, the retention index figure by figure.

    Args:
        root: the data root.
        old, new: ids of releases.

    Raises:
        UnknownReleaseError: there is none of that id.
    """
    first, second = read_release(root, old), read_release(root, new)
    before, after = first.tables["restricted"], second.tables["restricted"]
    tables = tuple(TableDifference(name, before.get(name), after.get(name)) for name in sorted({*before, *after}))
    changed = {table.table for table in tables if table.old and table.new and not table.is_same}
    figures = _figures(first, second) if "marts.retention_index" in changed else ()
    return ReleaseDifference(first, second, tables, figures)


def write_figures(path: Path, figures: Iterable[RevisedFigure], headings: Mapping[str, str]) -> None:
    """Write figures that differ as CSV, a line each, for a spreadsheet.

    Args:
        path: the file, replaced where it is there.
        figures: those of a `ReleaseDifference`.
        headings: the words for `closed`, the columns of the key, and `was` and `now`, which go before each figure,
            and for the figures themselves where there are any.

    Raises:
        OSError: it cannot be written.
    """
    sides = [f"{headings[side]} {headings.get(column, column)}" for side in ("was", "now") for column in _FIGURE]
    file = io.StringIO(newline="")
    lines = csv.writer(file)
    lines.writerow([headings["closed"], *(headings[column] for column in _KEY), *sides])
    for figure in figures:
        values = [(side or {}).get(column) for side in (figure.old, figure.new) for column in _FIGURE]
        lines.writerow([int(figure.was_closed), *figure.key.values(), *values])
    # With the mark of its encoding, or a spreadsheet takes the letters of the headings for others. For its owner alone: what two
    # releases differ in may be one person.
    write_whole(path, file.getvalue().encode("utf-8-sig"), 0o600)


def _figures(old: Release, new: Release) -> tuple[RevisedFigure, ...]:
    keys = ", ".join(_KEY)
    sides = ", ".join(f"{side}.{column}" for side in ("old", "new") for column in _FIGURE)
    moved = " or ".join(f"old.{column} is distinct from new.{column}" for column in _FIGURE)
    with connect(None) as connection:
        for name, release in (("old_release", old), ("new_release", new)):
            connection.execute(f"attach {literal(str(release.file('internal')))} as {name} (read_only)")
        rows = connection.execute(
            f"""
            select {keys}, old.status is not null as is_old, new.status is not null as is_new, {sides}
            from old_release.main.retention_index as old
            full join new_release.main.retention_index as new using ({keys})
            where {moved}
            order by {keys}
            """
        ).fetchall()
    return tuple(_figure(row) for row in rows)


def _figure(row: tuple[object, ...]) -> RevisedFigure:
    key, (is_old, is_new), values = row[: len(_KEY)], row[len(_KEY) : len(_KEY) + 2], row[len(_KEY) + 2 :]
    old = dict(zip(_FIGURE, values[: len(_FIGURE)], strict=True)) if is_old else None
    new = dict(zip(_FIGURE, values[len(_FIGURE) :], strict=True)) if is_new else None
    return RevisedFigure(dict(zip(_KEY, key, strict=True)), old, new)
