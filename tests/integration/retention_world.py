"""A small world of staff lists, built into the retention marts by dbt and read back.

Tables stand where the accepted feeds stand, with the columns and types of the contracts, so that the retention models run
alone. Many scenarios share one world: each has institutions or a cohort year of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dbt_in_process
import duckdb
import polars as pl

from bilimkoz.connection import connect
from ingest.contract import contract
from ingest.dbt_models import facts

FEEDS = (
    "regions",
    "institutions",
    "institution_successions",
    "staff_employment",
    "person_links",
    "clusters",
    "cluster_members",
    "control_groups",
    "studies",
    "training",
    "qualifications",
    "programmes",
    "mentoring_pairs",
    "enrolments",
    "targets",
)
TYPES = {
    "string": pl.String,
    "date": pl.Date,
    "boolean": pl.Boolean,
    "int": pl.Int32,
    "decimal": pl.Decimal(18, 4),
    "timestamp": pl.Datetime("us"),
    "bigint": pl.Int64,
}
ORIGIN = {
    "_sender": "string",
    "_register": "string",
    "_delivery": "string",
    "_delivery_no": "bigint",
    "_created_at": "timestamp",
    "is_full_list": "boolean",
    "_file_sha256": "string",
    "_parse": "string",
    "_row": "bigint",
    "_item": "string",
    "_source_feed": "string",
}
SENDER = {"sender": "string", "register": "string", "region_code": "string", "registry_complete_from": "date"}
#: What is written as tables instead of built, and so nothing above it is built either.
WRITTEN = ("int_*__accepted", "int_sender", "int_listed_institution")
#: What stands on the estimates, which are made between two builds.
ESTIMATED = "source:estimates+"
#: Marts beside the retention ones that stand on the same feeds.
MARTS = (
    "bridge_cluster_member",
    "dim_cluster",
    "dim_institution",
    "dim_person",
    "dim_region",
    "dim_school_year",
    "fct_employment_spell",
)
#: The models under test are what the retention marts and these need, up to what is written.
TESTED = ("retention_*", "int_retention_silent_cohort", "int_hazard_row", "int_comparison_*", *MARTS)

Row = dict[str, Any]


def columns_of(feed: str) -> dict[str, str]:
    """Columns of an accepted feed with the names of their types, as the contract gives them."""
    types = {column.staged_as: column.type for column in contract(feed).loaded_columns}
    return {name: types.get(name, "boolean") for name in facts(contract(feed))["staged"]} | ORIGIN


@dataclass
class World:
    """Rows of the feeds. Days are ISO text; `as_of` is the day up to which things are known."""

    as_of: str
    complete_from: str | None = "1990-09-01"
    rows: dict[str, list[Row]] = field(default_factory=lambda: {feed: [] for feed in (*FEEDS, "sender")})
    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sender("department", self.complete_from)
        self.region("100000000", level="country")
        self.region("110000000", level="oblast", parent_code="100000000")
        self.region("111000000", level="city", parent_code="110000000", urban_rural="urban")
        self.region("112000000", level="settlement", parent_code="110000000", urban_rural="rural")

    def sender(self, name: str, complete_from: str | None) -> None:
        day = date.fromisoformat(complete_from) if complete_from else None
        self.rows["sender"].append({"sender": name, "register": "kz.iin", "registry_complete_from": day})

    def region(self, code: str, **values: Any) -> None:
        self._add("regions", region_code=code, name_kk=code, name_ru=code, name_en=code, **values)

    def school(self, institution: str, **values: Any) -> None:
        given = {"kind": "school", "region_code": "111000000", "status": "active", "name_kk": institution}
        self._add("institutions", institution_id=institution, **(given | values))

    def cluster(self, cluster: str, **values: Any) -> None:
        given = {
            "name_kk": cluster,
            "kind": "pedagogical_network",
            "region_code": "110000000",
            "founded_on": "2000-01-01",
        }
        self._add("clusters", cluster_id=cluster, **(given | values))

    def joins(self, cluster: str, institution: str, joined_on: str, left_on: str | None = None, **values: Any) -> None:
        given = {"role": "partner_school"}
        self._add(
            "cluster_members",
            cluster_id=cluster,
            institution_id=institution,
            joined_on=joined_on,
            left_on=left_on,
            **(given | values),
        )

    def control(self, cluster: str, institution: str, from_on: str, to_on: str | None = None) -> None:
        self._add("control_groups", cluster_id=cluster, institution_id=institution, from_on=from_on, to_on=to_on)

    def succeeds(self, old: str, new: str, on: str, kind: str = "merger") -> None:
        self._add("institution_successions", old_id=old, new_id=new, succeeded_on=on, kind=kind)

    def link(self, local: str, national: str) -> None:
        self._add("person_links", local_id=local, person_id=national)

    def post(self, person: str, institution: str, start: str, end: str | None = None, **values: Any) -> None:
        """A post of a teacher whose labour record begins with it, so that it is proved to be the first."""
        given = {
            "position": "teacher",
            "position_group": "teacher",
            "teaching_since": values.get("teaching_since", start) if "born" not in values else None,
            "birth_year": values.pop("born", None),
            "confirmed_on": self.as_of,
            "person_is_local": False,
            "end_reason": "resigned" if end else None,
        }
        self._add(
            "staff_employment",
            person_id=person,
            institution_id=institution,
            start_date=start,
            end_date=end,
            **(given | values),
        )

    def study(self, person: str, institution: str, start: str, end: str, **values: Any) -> None:
        given = {"programme_code": "none", "level": "bachelor", "status": "graduated"}
        self._add(
            "studies", person_id=person, institution_id=institution, start_date=start, end_date=end, **(given | values)
        )

    def diploma(self, person: str, awarded_on: str, **values: Any) -> None:
        given = {"document": "diploma", "awarded_year": int(awarded_on[:4]), "level": "bachelor", "field": "pedagogy"}
        self._add("qualifications", person_id=person, awarded_on=awarded_on, **(given | values))

    def mentored(self, mentee: str, institution: str, start: str, end: str | None = None, **values: Any) -> None:
        given = {
            "mentor_id": "mentor",
            "mentor_trained": True,
            "mentor_refused": False,
            "starts_on": start,
            "ends_on": end,
        }
        self._add(
            "mentoring_pairs",
            pair_id=f"{mentee}-{start}",
            mentee_id=mentee,
            institution_id=institution,
            **(given | values),
        )

    def pupils(self, institution: str, school_year: str, *, disadvantaged_n: int, others_n: int) -> None:
        for number in range(disadvantaged_n + others_n):
            self._add(
                "enrolments",
                pupil_id=f"{institution}-{school_year}-{number}",
                institution_id=institution,
                school_year=school_year,
                grade=5,
                disadvantaged=number < disadvantaged_n,
            )

    def target(self, scope: str, scope_id: str, indicator: str, set_on: str, **values: Any) -> None:
        self._add("targets", scope=scope, scope_id=scope_id, indicator=indicator, set_on=set_on, **values)

    def programme(self, code: str, institution: str, **values: Any) -> None:
        self._add(
            "programmes", programme_code=code, institution_id=institution, name_kk=code, level="bachelor", **values
        )

    def _add(self, feed: str, **values: Any) -> None:
        types = columns_of(feed) if feed not in _COLUMNS else _COLUMNS[feed]
        _COLUMNS[feed] = types
        row = {
            "_sender": "department",
            "_register": "kz.iin",
            "_delivery": "delivery",
            "_delivery_no": 1,
            "_created_at": datetime(2000, 1, 1),
            "is_full_list": True,
            "_file_sha256": "0" * 64,
            "_parse": "parse",
            "_row": len(self.rows[feed]) + 2,
            "_item": "",
            "_source_feed": feed,
        } | values
        assert row.keys() <= types.keys(), sorted(row.keys() - types.keys())
        typed = {"date": date.fromisoformat, "decimal": Decimal}
        self.rows[feed].append(
            {
                name: typed[types[name]](value) if isinstance(value, str) and types[name] in typed else value
                for name, value in row.items()
            }
        )

    def tables(self) -> dict[str, pl.DataFrame]:
        frames = {}
        for feed in FEEDS:
            types = columns_of(feed)
            small = pl.DataFrame(self.rows[feed], schema={name: TYPES[kind] for name, kind in types.items()})
            frames[f"int_{feed}__accepted"] = pl.concat([small, *self.frames.get(feed, [])])
        schema = {name: TYPES[kind] for name, kind in SENDER.items()}
        return frames | {
            "int_sender": pl.DataFrame(self.rows["sender"], schema=schema),
            "int_listed_institution": self.listed(frames["int_staff_employment__accepted"]),
        }

    def listed(self, staff: pl.DataFrame) -> pl.DataFrame:
        """When each institution was last listed, as if its newest row of a full list told."""
        full = staff.filter(pl.col("is_full_list") & (pl.col("_source_feed") != "ehis_person_cards"))
        day = pl.min_horizontal("confirmed_on", pl.lit(date.fromisoformat(self.as_of)))
        return full.group_by("institution_id").agg(listed_on=day.max())


_COLUMNS: dict[str, dict[str, str]] = {}


def write(world: World, warehouse: Path) -> None:
    with connect(warehouse) as connection:
        connection.execute("create schema intermediate")
        for table, frame in world.tables().items():
            connection.register("frame", frame)
            connection.execute(f"create table intermediate.{table} as select * from frame")
            connection.unregister("frame")


def build(world: World, folder: Path, *, tests: bool = True) -> Path:
    """Writes the world and builds the seeds and models under test, with their tests or without."""
    warehouse = folder / "warehouse.duckdb"
    write(world, warehouse)
    dbt_in_process.build(
        warehouse,
        world.as_of,
        ["position_groups", "minimum_n", *(f"+{model}" for model in TESTED)],
        without=[*(f"+{model}" for model in WRITTEN), ESTIMATED],
        tests=tests,
    )
    return warehouse


def rows(connection: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[Row]:
    result = connection.execute(query, list(values))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
