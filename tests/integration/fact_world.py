"""Rows of accepted feeds, written by hand, and the core facts that dbt makes of them.

Tables stand where the accepted feeds stand, with the columns and types of the contracts, so that the facts are built alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dbt_in_process
import polars as pl
from retention_world import MARTS, TYPES, columns_of

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from ingest.contract import target_feeds
from ingest.landed import SIGNATURES

Row = dict[str, Any]

#: What the facts read beside the accepted feeds, made by models of their own.
BETWEEN = [
    *("int_school_term", "int_person_link", "int_survey_answer", "int_delivered_file", "int_sender_feed"),
    "int_text_signature",
]
#: By its path where a folder of models has the same name, all of which would be built.
SEEDS = ["school_terms", "path:seeds/indicators.csv", "delivery_calendar", "criteria", "criteria_indicators"]
FILES = {
    "delivery_id": "string",
    "path": "string",
    "sender": "string",
    "feed": "string",
    "period": "string",
    "created_at": "timestamp",
    "created_on": "date",
    "coverage": "string",
    "as_of_on": "date",
    "state": "string",
    "has_manifest": "boolean",
    "is_signed": "boolean",
    "is_stale": "boolean",
}
BALANCE = (
    {"delivery_id": "string", "path": "string"}
    | {
        f"{part}_n": "bigint"
        for part in ("read", "accepted", "superseded", "withdrawn", "repeated", "waiting", "quarantined", "empty")
    }
    | {"without_consent_n": "bigint"}
)
SENDERS = "sender varchar, register varchar, institutions varchar[], feeds varchar[], due_day integer"
READ = {
    "date": date.fromisoformat,
    "decimal": Decimal,
    "timestamp": datetime.fromisoformat,
}


def core_marts() -> list[str]:
    """The facts, dimensions and bridges under test; free text comes with files, and is tested with them."""
    folder = PROJECT / "dbt_project" / "models" / "marts"
    found = {path.stem for kind in ("dim", "fct", "bridge") for path in folder.glob(f"{kind}_*.sql")}
    return sorted(found.difference(MARTS, {"fct_text"}))


@dataclass
class FactWorld:
    """Rows by feed; days, moments and decimals are text. What is not given is absent."""

    as_of: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    files: list[Row] = field(default_factory=list)
    #: Sender, register, institutions, feeds, due day.
    senders: list[tuple[Any, ...]] = field(default_factory=list)
    #: As in the load log.
    signatures: list[Row] = field(default_factory=list)

    def add(self, feed: str, *rows: Row, delivery_no: int = 1) -> None:
        types = columns_of(feed)
        told = self.rows.setdefault(feed, [])
        for row in rows:
            assert row.keys() <= types.keys(), (feed, row.keys() - types.keys())
            origin = {"_delivery_no": delivery_no, "_parse": "parse", "_row": len(told) + 2, "_item": ""}
            told.append(origin | {name: _read(types[name], value) for name, value in row.items()})

    def sign(self, feed: str, signature: str, scheme: str = "letters-5x128") -> None:
        """Gives the last row of a feed that was added a signature of its text."""
        place = {
            "parse_id": "parse",
            "feed": feed,
            "row_no": self.rows[feed][-1]["_row"],
            "item": "",
            "column_name": "text",
        }
        self.signatures.append(place | {"scheme": scheme, "signature": signature})

    def file(self, delivery: str, path: str, **values: Any) -> None:
        """A delivered file with what became of its rows."""
        self.files.append({"delivery_id": delivery, "path": path} | values)

    def write(self, warehouse: Path) -> None:
        with connect(warehouse) as connection:
            connection.execute("create schema intermediate; create schema staging; create schema log")
            connection.execute(f"create table log.senders ({SENDERS})")
            if self.senders:
                connection.executemany("insert into log.senders values (?, ?, ?, ?, ?)", self.senders)
            tables = {
                f"intermediate.int_{feed}__accepted": (columns_of(feed), self.rows.get(feed, []))
                for feed in target_feeds()
            }
            kinds = dict(part.split(" ") for part in SIGNATURES.split(", "))
            types = {name: "string" if kind == "varchar" else kind for name, kind in kinds.items()}
            tables["log.signatures"] = (types, self.signatures)
            tables["staging.stg_delivered_file"] = (FILES, _typed(FILES, self.files))
            tables["intermediate.int_row_balance"] = (BALANCE, _typed(BALANCE, self.files))
            for table, (types, rows) in tables.items():
                frame = pl.DataFrame(rows, schema={name: TYPES[kind] for name, kind in types.items()})
                connection.register("frame", frame)
                connection.execute(f"create table {table} as select * from frame")
                connection.unregister("frame")

    def build(self, folder: Path, *models: str) -> Path:
        """Builds the models named, or all facts, with their tests; returns the warehouse."""
        warehouse = folder / "warehouse.duckdb"
        self.write(warehouse)
        dbt_in_process.build(warehouse, self.as_of, models or [*SEEDS, *BETWEEN, *core_marts()])
        return warehouse


def _read(kind: str, value: Any) -> Any:
    return READ[kind](value) if isinstance(value, str) and kind in READ else value


def _typed(types: dict[str, str], rows: list[Row]) -> list[Row]:
    return [{name: _read(kind, row.get(name)) for name, kind in types.items()} for row in rows]
