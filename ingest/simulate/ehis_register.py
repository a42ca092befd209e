"""The open-data answer of EHIS on institutions, as XML and as JSON (where one child is an object, several a list)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import polars as pl


def as_xml(institutions: pl.DataFrame, day: date) -> bytes:
    """The answer with its header, as made on a day."""
    body = "\n".join(_element(row) for row in institutions.iter_rows(named=True))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<avaAndmedResponse>\n'
        f"<header><vastuseLoomiseAeg>{day.isoformat()}T08:00:00+03:00</vastuseLoomiseAeg></header>\n"
        f"<body><oppeasutused>\n{body}\n</oppeasutused></body>\n</avaAndmedResponse>\n"
    )
    return text.encode()


def as_json(institutions: pl.DataFrame) -> bytes:
    """The answer without a header, as some are."""
    rows = [_object(row) for row in institutions.iter_rows(named=True)]
    listed: Any = rows[0] if len(rows) == 1 else rows
    return json.dumps({"body": {"oppeasutused": {"oppeasutus": listed}}}, ensure_ascii=False, indent=1).encode()


def _languages(row: dict[str, Any]) -> list[str]:
    return ["eesti keel", "vene keel"] if int(row["institution_id"]) % 2 else ["eesti keel"]


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "koolId": row["institution_id"],
        "regNr": str(75_000_000 + int(row["institution_id"])),
        "nimetus": row["name_local"],
        "tyyp": row["tyyp"],
        "staatus": "Suletud" if row["closed_on"] else "Registreeritud",
        "omandivorm": row["ownership"],
    }


def _object(row: dict[str, Any]) -> dict[str, Any]:
    languages = _languages(row)
    return {
        **_facts(row),
        "koolId": int(row["institution_id"]),
        "oppeKeeled": {"oppeKeel": languages[0] if len(languages) == 1 else languages},
        "kontaktAndmed": {"telefon": "+372 600 0000", "epost": "test@example.org", "veebiLeht": None},
    }


def _element(row: dict[str, Any]) -> str:
    facts = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in _facts(row).items())
    languages = "".join(f"<oppeKeel>{name}</oppeKeel>" for name in _languages(row))
    contact = "<telefon>+372 600 0000</telefon><epost>test@example.org</epost><veebiLeht/>"
    return (
        f"<oppeasutus>{facts}<oppeKeeled>{languages}</oppeKeeled><kontaktAndmed>{contact}</kontaktAndmed></oppeasutus>"
    )
