"""How a sender words and formats a table: language of headers, dates, decimals, booleans, file format.

A table travels here as text ("canonical text": ISO dates, decimal point, true and false, null for empty); a cell
that is no valid date or number passes through untouched, so that planted defects arrive as they were planted.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import polars as pl

from ingest.contract import contract

#: Kazakhstan has had one time zone since 1 March 2024; before that the oblast kept the hour of Almaty.
ONE_ZONE_FROM = date(2024, 3, 1)
SUBJECTS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "subjects.csv"
Format = Literal["csv", "xlsx", "json", "jsonl", "parquet"]
ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
NUMBER = r"^-?\d+(\.\d+)?$"
BOOLEANS = {
    "plain": {"true": "true", "false": "false"},
    "digits": {"true": "1", "false": "0"},
    "kk": {"true": "иә", "false": "жоқ"},
    "ru": {"true": "да", "false": "нет"},
}


@dataclass(frozen=True)
class Dialect:
    """One way to write a table.

    Attributes:
        format: container.
        language: of the headers: en, kk, ru, or name for the column names themselves.
        encoding: of CSV: utf-8, utf-8-sig, utf-16, kz1048.
        delimiter: of CSV.
        dates: iso or dotted (dd.mm.yyyy); XLSX: serial (a bare number) or formatted (a date cell).
        decimal: point or comma.
        booleans: key of `BOOLEANS`.
        numeric_ids: XLSX only: person ids are numbers, so that leading zeros are lost.
        named_sheet: XLSX only: a cover sheet comes first, the data are on the sheet named as the feed.
        labels: values of enumerations and codes of subjects are written as the language of the headers names them.
        moments: local (the hour of Almaty), zoned (with its offset) or utc.
    """

    format: Format = "csv"
    language: Literal["name", "en", "kk", "ru"] = "name"
    encoding: str = "utf-8"
    delimiter: str = ","
    dates: Literal["iso", "dotted", "serial", "formatted"] = "iso"
    decimal: str = "."
    booleans: str = "plain"
    numeric_ids: bool = False
    named_sheet: bool = False
    labels: bool = False
    moments: Literal["local", "zoned", "utc"] = "local"


PLAIN = Dialect()
DIALECTS = (
    PLAIN,
    Dialect(language="ru", encoding="utf-8-sig", delimiter=";", dates="dotted", decimal=",", booleans="ru"),
    Dialect(format="xlsx", language="ru", dates="formatted", numeric_ids=True, booleans="ru"),
    Dialect(language="kk", encoding="kz1048", delimiter=";", dates="dotted", decimal=",", booleans="kk"),
    Dialect(format="json", language="name"),
    Dialect(language="kk", encoding="utf-16", delimiter="\t", dates="dotted", decimal=",", booleans="kk"),
    Dialect(format="parquet", language="name"),
    Dialect(format="xlsx", language="kk", dates="serial", numeric_ids=True, booleans="kk"),
    Dialect(language="ru", encoding="kz1048", delimiter=";", dates="dotted", decimal=",", booleans="ru"),
    Dialect(format="jsonl", language="en", booleans="plain"),
    Dialect(language="en", delimiter="\t", booleans="digits"),
    Dialect(format="xlsx", language="en", dates="formatted", named_sheet=True),
    Dialect(language="kk", encoding="utf-8-sig", delimiter=",", dates="iso", booleans="kk"),
    Dialect(format="json", language="ru", dates="dotted"),
    Dialect(format="parquet", language="kk"),
)


def headers(feed: str, columns: list[str], language: str) -> list[str]:
    """Labels of the columns as the contract words them; a column the contract does not know keeps its name."""
    if language == "name":
        return columns
    known = {column.name: column.labels[language] for column in contract(feed).columns}
    return [known.get(name, name) for name in columns]


def column_types(feed: str) -> dict[str, str]:
    """Contract type of every column of a feed."""
    return {column.name: column.type for column in contract(feed).columns}


def person_columns(feed: str) -> list[str]:
    return [column.name for column in contract(feed).columns if column.privacy == "person"]


def canonical(frame: pl.DataFrame) -> pl.DataFrame:
    """A typed frame as canonical text."""
    text = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if kind.is_float():
            text.append(column.round(4).cast(pl.String).str.replace(r"\.0$", ""))
        elif kind == pl.Date:
            text.append(column.dt.strftime("%Y-%m-%d"))
        else:
            text.append(column.cast(pl.String))
    return frame.select(text)


def worded(frame: pl.DataFrame, feed: str, dialect: Dialect) -> pl.DataFrame:
    """Canonical text in the dialect's dates, decimals and booleans (for CSV and JSON)."""
    types = column_types(feed)
    text = []
    for name in frame.columns:
        column = pl.col(name)
        kind = types.get(name, "string")
        if kind == "date" and dialect.dates == "dotted":
            dotted = column.str.replace(r"^(\d{4})-(\d{2})-(\d{2})$", "$3.$2.$1")
            column = pl.when(column.str.contains(ISO_DATE)).then(dotted).otherwise(column)
        elif kind == "decimal" and dialect.decimal == ",":
            commas = column.str.replace(".", ",", literal=True)
            column = pl.when(column.str.contains(NUMBER)).then(commas).otherwise(column)
        elif kind == "boolean":
            column = column.replace(BOOLEANS[dialect.booleans])
        elif kind == "timestamp":
            column = _moment(column, dialect)
        elif dialect.labels:
            column = column.replace(_labels(feed, name, dialect.language))
        text.append(column.alias(name))
    return frame.select(text)


def _moment(column: pl.Expr, dialect: Dialect) -> pl.Expr:
    """An ISO moment in local time as the dialect writes it; what is no moment passes through."""
    if dialect.moments == "local":
        return column.str.replace("T", " ") if dialect.language == "ru" else column
    local = column.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
    late = column >= ONE_ZONE_FROM.isoformat()
    if dialect.moments == "utc":
        moved = local - pl.when(late).then(pl.duration(hours=5)).otherwise(pl.duration(hours=6))
        return pl.coalesce(moved.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), column)
    zone = pl.when(late).then(pl.lit("+05:00")).otherwise(pl.lit("+06:00"))
    return pl.when(local.is_null()).then(column).otherwise(pl.concat_str(column, zone))


@cache
def _labels(feed: str, name: str, language: str) -> dict[str, str]:
    """What stands for the codes of a column in a language; nothing where it holds no codes."""
    tongue = "en" if language == "name" else language
    column = next((column for column in contract(feed).columns if column.name == name), None)
    if column is None:
        return {}
    if column.codes == "subjects":
        with SUBJECTS.open(encoding="utf-8", newline="") as file:
            return {row["code"]: row[f"name_{tongue}"] for row in csv.DictReader(file)}
    return {code: labels[tongue] for code, labels in column.enum_labels.items()}
