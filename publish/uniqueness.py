"""How many people of the restricted part somebody could single out who knows where, as what and since when they teach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

KEY = ("institution_id", "position_group", "sex", "birth_band", "start_month_on")
# Table of marts -> the columns of the key it has.
_NEEDED = {
    "fct_employment_spell": {"person_id", "institution_id", "position_group", "start_month_on"},
    "dim_person": {"person_id", "sex", "birth_band"},
}


@dataclass(frozen=True)
class Uniqueness:
    """Of `persons_n` people with a stretch of posts, `unique_n` have one that shares its `KEY` with nobody else's."""

    persons_n: int
    unique_n: int

    @property
    def unique_share(self) -> float | None:
        return round(self.unique_n / self.persons_n, 4) if self.persons_n else None

    def record(self) -> dict[str, Any]:
        """As it stands in `release.json`."""
        counts = {"persons_n": self.persons_n, "unique_n": self.unique_n, "unique_share": self.unique_share}
        return {"key": list(KEY), **counts}

    @classmethod
    def of_record(cls, record: Mapping[str, Any] | None) -> Uniqueness | None:
        return cls(record["persons_n"], record["unique_n"]) if record else None


def uniqueness(connection: duckdb.DuckDBPyConnection) -> Uniqueness | None:
    """Counted over a candidate that is in use; None where it has not the columns of the key.

    Two values that are not known are alike: who looks for somebody cannot tell them apart.
    """
    for table, columns in _NEEDED.items():
        held = connection.execute(
            "select column_name from information_schema.columns"
            " where table_catalog = current_database() and table_schema = 'marts' and table_name = ?",
            [table],
        ).fetchall()
        if not columns <= {name for (name,) in held}:
            return None
    key = ", ".join(KEY)
    persons_n, unique_n = connection.execute(
        f"""
        with keyed as (
            select s.person_id, {key}
            from marts.fct_employment_spell as s inner join marts.dim_person as p using (person_id)
        ),

        sought as (
            select {key}, min(person_id) as person_id
            from keyed
            group by {key}
            having count(distinct person_id) = 1
        )

        select
            (select count(distinct person_id) from keyed),
            (select count(distinct person_id) from sought)
        """
    ).fetchall()[0]
    return Uniqueness(int(persons_n), int(unique_n))
