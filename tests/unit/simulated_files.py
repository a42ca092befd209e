"""Reads simulated deliveries back without any of the project's readers, for the tests of the simulator.

Only the contracts are shared, read here as plain YAML; a record is a dict of contract column -> text (None: empty).
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import yaml

CONTRACTS = Path(__file__).parents[2] / "ingest" / "contracts"
SUBJECTS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "subjects.csv"
ENCODINGS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"))


@cache
def properties(feed: str) -> list[dict[str, Any]]:
    """The columns of a tabular feed as its contract lists them."""
    document = yaml.safe_load((CONTRACTS / f"{feed}.yaml").read_text(encoding="utf-8"))
    columns: list[dict[str, Any]] = document["schema"][0]["properties"]
    return columns


@cache
def scope_column(feed: str) -> str | None:
    """The column with the institution that a row is about, where a sender may speak for its own only."""
    document = yaml.safe_load((CONTRACTS / f"{feed}.yaml").read_text(encoding="utf-8"))
    facts = {entry["property"]: entry["value"] for entry in document["schema"][0]["customProperties"]}
    return facts.get("senderScope")


def custom(column: dict[str, Any], name: str) -> Any:
    """A custom property of a column; None where it has none of that name."""
    return next((entry["value"] for entry in column.get("customProperties", []) if entry["property"] == name), None)


@cache
def words(feed: str) -> dict[str, dict[str, str]]:
    """Column -> what may stand for a code, in small letters -> the code: of enumerations and of subjects."""
    known: dict[str, dict[str, str]] = {}
    for column in properties(feed):
        if column.get("enum"):
            known[column["name"]] = {
                word.lower(): str(value["value"])
                for value in column["enum"]
                for word in (str(value["value"]), value["label"], *custom(value, "labels").values())
            }
        elif custom(column, "codes") == "subjects":
            known[column["name"]] = _subjects()
    return known


def _subjects() -> dict[str, str]:
    with SUBJECTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row[name].lower(): row["code"] for row in rows for name in ("code", "name_kk", "name_ru", "name_en")}


@cache
def names(feed: str) -> dict[str, str]:
    """Every heading that stands for a column: its name and its labels in three languages."""
    known = {}
    for column in properties(feed):
        labels = [word["synonym"] for word in column.get("synonyms", [])]
        for word in (column["name"], column.get("businessName", column["name"]), *labels):
            known[word] = column["name"]
    return known


def manifests(root: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Folder and manifest of every delivery."""
    found = sorted(root.glob("inbox/*/*/manifest.json"))
    return [(path.parent, json.loads(path.read_text(encoding="utf-8"))) for path in found]


def decoded(path: Path) -> str:
    """Text of a file whose encoding is told by its first bytes, UTF-8 or KZ-1048."""
    content = path.read_bytes()
    for encoding, mark in ENCODINGS:
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("kz1048")


def records(path: Path, feed: str) -> tuple[list[tuple[int, dict[str, str | None]]], set[int]]:
    """(line or record number, record) of a tabular file, and the lines with a wrong number of fields."""
    rows: list[tuple[int, dict[str, str | None]]] = []
    if path.suffix == ".csv":
        return _csv_records(decoded(path), feed)
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book[feed] if feed in book.sheetnames else book.worksheets[0]
        header, *lines = sheet.iter_rows(values_only=True)
        rows = [
            (number, dict(zip(map(str, header), map(_cell, line), strict=True))) for number, line in enumerate(lines, 2)
        ]
    elif path.suffix == ".json":
        rows = [(number, _texts(row)) for number, row in enumerate(json.loads(decoded(path)), 1)]
    elif path.suffix == ".jsonl":
        rows = [(number, _texts(json.loads(line))) for number, line in enumerate(decoded(path).splitlines(), 1)]
    else:
        rows = [(number, _texts(row)) for number, row in enumerate(pl.read_parquet(path).to_dicts(), 1)]
    return [(number, _renamed(row, feed)) for number, row in rows], set()


def _csv_records(text: str, feed: str) -> tuple[list[tuple[int, dict[str, str | None]]], set[int]]:
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(reader)
    rows, ragged, begins = [], set(), reader.line_num + 1
    for fields in reader:
        if len(fields) == len(header):
            cells: dict[str, str | None] = {name: field or None for name, field in zip(header, fields, strict=True)}
            rows.append((begins, _renamed(cells, feed)))
        else:
            ragged.add(begins)
        begins = reader.line_num + 1
    return rows, ragged


def _renamed(row: dict[str, str | None], feed: str) -> dict[str, str | None]:
    known = names(feed)
    return {known.get(name, name): value for name, value in row.items()}


def _cell(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)


def _texts(row: dict[str, Any]) -> dict[str, str | None]:
    texts = {}
    for name, value in row.items():
        if isinstance(value, bool):
            texts[name] = "true" if value else "false"
        else:
            texts[name] = _cell(value)
    return texts


def day(text: str) -> date | None:
    """A date written as ISO, dd.mm.yyyy or the serial number of a spreadsheet; None if it is no date."""
    try:
        if text.isdigit() and len(text) == 5:
            return date(1899, 12, 30) + timedelta(days=int(text))
        return date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%d.%m.%Y").date()
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A moment in ISO form; without a zone it is told in the hour of Almaty. None if it is none."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    almaty = timedelta(hours=5 if told.date() >= date(2024, 3, 1) else 6)
    return told if told.tzinfo else told.replace(tzinfo=timezone(almaty))


def number(text: str) -> Decimal | None:
    """A number with a decimal point or comma; None if it is none."""
    plain = text.replace(",", ".")
    return Decimal(plain) if plain.removeprefix("-").replace(".", "", 1).isdigit() else None


def is_iin(text: str) -> bool:
    """Whether a text is an IIN by the published rule, digit by digit."""
    if len(text) != 12 or not text.isdigit():
        return False
    digits = [int(letter) for letter in text]
    check = sum(place * digit for place, digit in enumerate(digits[:11], 1)) % 11
    if check == 10:
        weights = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
        check = sum(weight * digit for weight, digit in zip(weights, digits[:11], strict=True)) % 11
    return check == digits[11]


def is_isikukood(text: str) -> bool:
    """Whether a text is an Estonian personal code by the published rule, digit by digit."""
    if len(text) != 11 or not text.isdigit():
        return False
    digits = [int(letter) for letter in text]
    check = sum(weight * digit for weight, digit in zip((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), digits[:10], strict=True)) % 11
    if check == 10:
        weights = (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)
        check = sum(weight * digit for weight, digit in zip(weights, digits[:10], strict=True)) % 11 % 10
    return check == digits[10]
