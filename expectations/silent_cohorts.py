"""Cohorts that nobody left within a year: their registry seems to start late. A warning and no gate."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from bilimkoz.academic_year import AcademicYear

TABLE = "int_retention_silent_cohort"


@dataclass(frozen=True)
class SilentCohort:
    """The school year of a cohort, and how many of it were followed for a year."""

    label: str
    followed_n: int


def silent_cohorts(connection: duckdb.DuckDBPyConnection) -> list[SilentCohort]:
    """Those of a candidate warehouse, the earliest first; none where the table was not built."""
    built = "select 1 from information_schema.tables where table_schema = 'intermediate' and table_name = ?"
    if not connection.execute(built, [TABLE]).fetchall():
        return []
    rows = connection.execute(f"select cohort_start_year, followed_n from intermediate.{TABLE} order by all").fetchall()
    return [SilentCohort(AcademicYear(year).label, followed_n) for year, followed_n in rows]
