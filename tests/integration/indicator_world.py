"""A cluster, worked out by hand: what it is, who is in post, and dbt's table of indicators made of it.

The as-of date is 15 September 2026, so that 2025/26 is over and 2026/27 is not. Cluster K has the schools A, B and F and the
college C; F joined in February 2026. Teacher t3 is at A and at B. E is a school outside, D the one school of cluster M, of
which no staff list came; P is a hub of psychologists with the school A.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dbt_in_process
import duckdb
from fact_world import BETWEEN, SEEDS, FactWorld, Row, core_marts
from indicator_marts import write_marts

from bilimkoz.connection import connect

AS_OF = "2026-09-15"
#: Models on the way from accepted staff lists to who is in post.
STAFF = (
    "position_groups",
    "minimum_n",
    "thresholds",
    "subjects",
    "int_subject_name",
    "int_region_path",
    "int_region_place",
    "int_institution_confirmed",
    "int_person",
    "int_career_row",
    "int_career_post",
    "int_staff_spell",
    "int_teaching_diploma",
    "int_cohort_entry",
    "int_teaching_start",
    "int_mentored",
    "dim_cluster",
    "dim_institution",
    "bridge_cluster_member",
)
INDICATORS = (
    "indicator_measures",
    "optional_fields",
    "portfolio_requirements",
    "pd_norms",
    "int_period",
    "int_school_week",
    "int_scope_member",
    "int_sender_member",
    "int_teacher_in_post",
    "path:models/indicators",
    "cluster_indicator",
    "cluster_passport",
)
_COUNTRY, _OBLAST, _CITY, _VILLAGE = "100000000", "110000000", "111000000", "112000000"


@dataclass
class IndicatorWorld(FactWorld):
    """Rows by feed, and the table of indicators that dbt makes of them; and rows of marts that are tested on their own."""

    marts: dict[str, list[Row]] = field(default_factory=dict)
    #: Senders of staff lists, and from when on theirs hold ended posts too.
    registries: dict[str, str] = field(default_factory=lambda: {"department": "1990-09-01"})

    def mart(self, name: str, *rows: Row) -> None:
        self.marts.setdefault(name, []).extend(rows)

    def write(self, warehouse: Path) -> None:
        super().write(warehouse)
        with connect(warehouse) as connection:
            connection.execute(
                """alter table log.senders add column region_code varchar;
                alter table log.senders add column registry_complete_from date;
                create table intermediate.int_sender (
                    sender varchar, register varchar default 'kz.iin', region_code varchar, registry_complete_from date
                );
                create table intermediate.int_listed_institution as
                select institution_id, max(confirmed_on) as listed_on from intermediate.int_staff_employment__accepted group by 1;
                create table intermediate.int_staff_list_state as
                select institution_id, listed_on as heard_on, false as is_stale from intermediate.int_listed_institution"""
            )
            connection.executemany(
                "insert into intermediate.int_sender (sender, registry_complete_from) values (?, ?)",
                list(self.registries.items()),
            )
            write_marts(connection, self.marts)

    def build(self, folder: Path, *models: str) -> Path:
        warehouse = folder / "warehouse.duckdb"
        self.write(warehouse)
        chosen = models or (*SEEDS, *BETWEEN, *STAFF, *core_marts(), *INDICATORS)
        dbt_in_process.build(warehouse, self.as_of, chosen)
        return warehouse

    def staff(self, person: str, institution: str, from_on: str, to_on: str | None = None, **values: Any) -> None:
        given = {
            "position": "teacher",
            "position_group": "teacher",
            "confirmed_on": "2026-09-05",
            "_sender": "department",
        }
        row = {"person_id": person, "institution_id": institution, "start_date": from_on, "end_date": to_on}
        self.add("staff_employment", given | row | values)

    def delivered(self, feed: str, period: str) -> None:
        """A file of the department, which speaks for everybody, that was taken in and had nothing to tell."""
        self.file(
            f"{feed} {period}", feed, sender="department", feed=feed, period=period, state="accepted", created_on="2026-09-10",
            created_at="2026-09-10 10:00:00",
        )  # fmt: skip


def network() -> IndicatorWorld:
    """The regions, institutions, clusters and staff that all scenes share."""
    w = IndicatorWorld(AS_OF)
    w.senders.append(("department", "kz.iin", None, ["staff_employment"], None))
    place = {"name_kk": "n", "name_ru": "n", "name_en": "n"}
    w.add(
        "regions",
        place | {"region_code": _COUNTRY, "level": "country"},
        place | {"region_code": _OBLAST, "level": "oblast", "parent_code": _COUNTRY},
        place | {"region_code": _CITY, "level": "city", "parent_code": _OBLAST, "urban_rural": "urban"},
        place | {"region_code": _VILLAGE, "level": "settlement", "parent_code": _OBLAST, "urban_rural": "rural"},
    )
    for institution, kind, region in (
        ("A", "school", _CITY),
        ("B", "small_school", _VILLAGE),
        ("C", "college", _CITY),
        ("D", "school", _VILLAGE),
        ("E", "school", _CITY),
        ("F", "school", _VILLAGE),
        ("U", "university", _CITY),
    ):
        w.add("institutions", {"institution_id": institution, "kind": kind, "region_code": region, "status": "active"})
    for cluster, kind in (("K", "pedagogical_network"), ("M", "pedagogical_network"), ("P", "psychology_hub")):
        named = {"cluster_id": cluster, "name_kk": cluster, "kind": kind, "stage": "pilot"}
        w.add("clusters", named | {"region_code": _OBLAST, "founded_on": "2024-09-01"})
    for cluster, institution, role, joined_on in (
        ("K", "A", "base_school", "2024-09-01"),
        ("K", "B", "partner_school", "2024-09-01"),
        ("K", "C", "college", "2024-09-01"),
        ("K", "F", "partner_school", "2026-02-01"),
        ("M", "D", "partner_school", "2024-09-01"),
        ("P", "A", "partner_school", "2024-09-01"),
    ):
        w.add(
            "cluster_members",
            {"cluster_id": cluster, "institution_id": institution, "role": role, "joined_on": joined_on},
        )
    w.staff("t1", "A", "2020-09-01")
    w.staff("t2", "A", "2020-09-01", "2026-06-30", end_reason="resigned")
    w.staff("t3", "A", "2020-09-01")
    w.staff("t3", "B", "2020-09-01")
    w.staff("t4", "B", "2026-01-15")
    w.staff("t5", "C", "2020-09-01", position_group="college_lecturer")
    w.staff("t6", "E", "2020-09-01")
    w.staff("t7", "F", "2025-09-01")
    return w


class Told:
    """The rows of `cluster_indicator`, one at a time."""

    def __init__(self, warehouse: Path) -> None:
        with connect(warehouse, read_only=True) as connection:
            self.rows = connection.execute("select * from marts.cluster_indicator").pl()

    def __call__(
        self, indicator: str, period: str, scope_id: str = "K", measure: str = "main", scope: str | None = None
    ) -> dict[str, Any]:
        """The one row; the kind of scope follows from the id."""
        scopes = {_OBLAST: "region", "all": "country", "K": "cluster", "M": "cluster", "P": "cluster"}
        wanted = {"indicator": indicator, "measure": measure, "period": period, "scope_id": scope_id}
        found = self.rows.filter(**wanted, scope=scope or scopes.get(scope_id, "institution")).rows(named=True)
        (row,) = found
        return row

    def part(self, *of: str, **where: str | None) -> tuple[float | None, float | None, str]:
        """Numerator, denominator and status."""
        row = self(*of, **where)
        return row["numerator"], row["denominator"], row["status"]


def duckdb_file(folder: Path) -> duckdb.DuckDBPyConnection:
    return connect(folder / "warehouse.duckdb", read_only=True)
