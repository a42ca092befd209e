"""Which retention figures moved from one release to another, and why: who came, who went, whose outcome is another now.

People are met by their pseudonyms in the restricted parts of both releases, inside the engine; only counts come out. They
are as restricted as what they are counted from: the difference of two releases tells of the few who differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl

from bilimkoz.connection import connect
from bilimkoz.sql import literal
from publish.parts import MEMBERS
from publish.release_record import Release
from publish.revision_sql import COLUMNS, KEY, revision_query

#: Inputs that decide how rows are counted, and not which rows there are.
_RULES = ("code", "senders", "settings")
_MEMBER = "int_retention_member"


class NotComparableError(ValueError):
    """Two releases cannot be compared person by person.

    Attributes:
        release: the id of the one for which that is so.
        why: `no_members`: it was built before releases kept who is a member of a cohort; `other_key`: it was built with
            another pseudonym key than the other one, so that nobody is met in both.
    """

    def __init__(self, release: str, why: str) -> None:
        super().__init__(f"release {release}: {why}")
        self.release = release
        self.why = why


def differing_inputs(old: Release, new: Release) -> tuple[str, ...]:
    """Names of what two releases were not made of alike, such as `deliveries` or `code`."""
    return tuple(name for name in sorted({*old.inputs, *new.inputs}) if old.inputs.get(name) != new.inputs.get(name))


def revision(
    old: Release,
    new: Release,
    *,
    every_segment: bool = False,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
) -> pl.DataFrame:
    """The revision table: a row per figure of `retention_index` of one cohort that either release has.

    The pool `all` of cohorts has no row: it is the sum of the cohorts observed.

    Args:
        old, new: two releases of one data root, in either order of days.
        every_segment: also the values of segments, and not only segment `all`.
        memory_limit, temp_directory: of DuckDB.

    Returns:
        Columns `revision_sql.COLUMNS`, sorted by key: cohort_year, level, estimand, segment, segment_value (strings) and
        horizon_months (months); status_*, hired_*_n, retained_*_n, unknown_*_n, removed_*_n (people) and index_share_*
        (0-1) before and after; then people:

        - entered_n and left_n came into this cohort (and value of the segment) and went from it; of these
          entered_moved_n and left_moved_n from and to another cohort, entered_revalued_n and left_revalued_n from and to
          another value of the segment. The others were, or are, in no cohort.
        - Of those in it both times: now_known_n were unknown and are not, now_unknown_n the reverse, outcome_changed_n
          known both times and otherwise.
        - For x in retained, unknown, removed: x_entered_n, x_left_n, x_gained_n, x_lost_n, so that
          after = before + entered - left + gained - lost; likewise hired after = before + entered_n - left_n.

        What depends on outcomes is null where the cohort is not observed at the horizon in both, the state of one release
        where it is not in that one. reason is one of `revision_sql.REASONS`.

    Raises:
        NotComparableError: see there.
        duckdb.Error: a file cannot be read, such as for want of rights.
    """
    if old.inputs.get("key") != new.inputs.get("key"):
        raise NotComparableError(old.id, "other_key")
    with connect(None, memory_limit=memory_limit, temp_directory=temp_directory) as connection:
        for name, release in (("old", old), ("new", new)):
            connection.execute(f"attach {literal(str(release.file('restricted')))} as {name} (read_only)")
            if not _has_members(connection, name):
                raise NotComparableError(release.id, "no_members")
        segments = _person_segments(connection) if every_segment else None
        query = revision_query(segments, rules_differ=bool(set(_RULES) & set(differing_inputs(old, new))))
        return connection.execute(query).pl().select(COLUMNS)


def moved(table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a revision table that are not as they were, of figures that either release has observed.

    The headline estimand first, and of each the figures in which the number retained changed most.
    """
    is_observed = pl.any_horizontal(pl.col("retained_before_n", "retained_after_n").is_not_null())
    change = (pl.col("retained_after_n").fill_null(0) - pl.col("retained_before_n").fill_null(0)).abs()
    return table.filter(is_observed, pl.col("reason") != "unchanged").sort(
        pl.col("estimand") != "employed_at", -change, maintain_order=True
    )


def reasons(table: pl.DataFrame) -> Iterable[tuple[str, int]]:
    """How many figures of a revision table have each reason, the most frequent first."""
    counted = table.group_by("reason").len().sort(["len", "reason"], descending=[True, False])
    return [(str(reason), int(figures_n)) for reason, figures_n in counted.iter_rows()]


def _has_members(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    held = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ?", [database]
    ).fetchall()
    return set(MEMBERS) <= set(held)


def _person_segments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Segments of the index whose value stands beside each member, in both releases."""
    found = connection.execute(
        f"""
        select column_name from duckdb_columns()
        where table_name = '{_MEMBER}' and database_name in ('old', 'new') and column_name in (
            select segment from old.marts.retention_index union select segment from new.marts.retention_index
        )
        group by column_name having count(*) = 2
        order by column_name
        """
    ).fetchall()
    return [str(name) for (name,) in found]


__all__ = ["COLUMNS", "KEY", "NotComparableError", "differing_inputs", "moved", "reasons", "revision"]
