"""dbt's sources with every column described: the landed feeds, after their contracts, and the load log."""

from __future__ import annotations

from typing import Any

from ingest.contract import contract, target_feeds
from ingest.landed import ORIGIN, landed_columns

_ORIGIN_TEXTS = {
    "_delivery": "The delivery with which the file was first read",
    "_loaded_at": "When that delivery was made, UTC",
    "person_is_local": "Whether the person is known by an id of one register only and cannot be followed elsewhere",
}
#: Table of the load log -> what one row is, and its columns.
_LOG: dict[str, tuple[str, dict[str, str]]] = {
    "files": (
        "One row per delivered file: its delivery, its parse and the state it is in.",
        {
            "delivery_id": "The delivery: first digits of the SHA-256 of its manifest",
            "sender": "Who sent it",
            "folder": "Folder of the delivery in the sender's inbox",
            "created_at": "When the sender made the delivery, UTC",
            "created_on": "The same as a day of Almaty",
            "period": "School year the delivery speaks of, such as 2025/26",
            "has_manifest": "Whether a manifest came with it",
            "is_signed": "Whether the manifest bears the sender's signature",
            "path": "Path of the file in the delivery",
            "feed": "Feed of the file",
            "sha256": "SHA-256 of the file",
            "parse_id": "The reading of the file that holds",
            "rows_n": "Rows or cards the manifest says the file has",
            "coverage": "full or partial: whether the file claims to hold everything",
            "as_of_on": "Day the file speaks of",
            "state": "accepted, waiting (whole), refused (cannot be read) or unread (gone before it was read)",
            "problem": "Why the file could not be read: a code and its facts, as JSON",
            "is_of_old_rules": "Whether it was last read under older rules",
            "is_withdrawal_accepted": "Whether a steward took in what this full list withdraws",
        },
    ),
    "parses": (
        "One row per parse and feed it filled: rows read, landed, quarantined, repeated, empty by design.",
        {
            "parse_id": "The reading of a file",
            "feed": "Feed it filled",
            "read_n": "Rows read",
            "landed_n": "Rows that broke no rule and lie in landing",
            "quarantined_n": "Rows that broke a rule",
            "repeated_n": "Rows that say again what another row of the file says",
            "empty_n": "Answers without content, empty by design",
            "repaired_n": "Identifiers that got back the zeros a spreadsheet had cut off",
            "without_consent_n": "Landed rows of which only the key is kept, since the person did not agree",
        },
    ),
    "quarantine": (
        "One row per broken rule of a row, without values that are personal.",
        {
            "parse_id": "The reading of the file",
            "file_sha256": "{{ doc('_file_sha256') }}",
            "feed": "Feed the row was meant for",
            "row_no": "{{ doc('_row') }}",
            "item": "{{ doc('_item') }}",
            "rule": "The rule it breaks",
            "column_name": "The column at fault; empty where it is the whole row",
            "key_hash": "Hash of the key, where the key is sound: which row the bad one is",
            "meant_id": "Person or institution the row may be about, where the key itself is wrong",
        },
    ),
    "texts": (
        "One row per cell of free text of a landed row, masked.",
        {
            "parse_id": "The reading of the file",
            "feed": "Feed of the row",
            "row_no": "{{ doc('_row') }}",
            "item": "{{ doc('_item') }}",
            "column_name": "The column",
            "wording": "The text, with numbers of persons, telephones and addresses of mail masked",
        },
    ),
    "signatures": (
        "One row per cell of free text of a landed row that says enough to be like another by more than chance.",
        {
            "parse_id": "The reading of the file",
            "feed": "Feed of the row",
            "row_no": "{{ doc('_row') }}",
            "item": "{{ doc('_item') }}",
            "column_name": "The column",
            "scheme": "How the signature was made; only those of one scheme can be compared",
            "signature": "Keyed MinHash signature: four hex digits for the least shingle under each permutation",
        },
    ),
    "answered": (
        "One row per person card that answered, with the day of the answer.",
        {
            "parse_id": "The reading of the file",
            "row_no": "Number of the card in the file",
            "person_id": "Pseudonym of the person",
            "answered_on": "Day of the answer",
            "answered_at": "Moment of the answer, UTC",
        },
    ),
    "doubles": (
        "Rows that one delivery holds in two of its files and that do not count.",
        {
            "delivery_id": "The delivery",
            "feed": "Feed of the rows",
            "parse_id": "The reading of the file the row is in",
            "row_no": "{{ doc('_row') }}",
            "item": "{{ doc('_item') }}",
            "fate": "repeated where the other row says the same, conflict where it does not",
        },
    ),
    "senders": (
        "One row per sender on file.",
        {
            "sender": "Name of the sender; the key",
            "register": "Identifier scheme of its bare person ids",
            "region_code": "Region it may speak for; empty where it names institutions, or may speak for all",
            "institutions": "Institutions it may speak for; empty where it names a region, or may speak for all",
            "registry_complete_from": "Day from which its registry holds ended posts too",
            "due_day": "Day of the month by which it delivers",
            "feeds": "Feeds it sends",
        },
    ),
}


#: Tables of free text, which have a file of their own.
_OF_TEXTS = ("texts", "signatures")


def files() -> dict[str, dict[str, Any]]:
    """Path below the dbt project -> document: one a landed feed, since dbt lets a source lie in several, two the log."""
    documents = {f"models/staging/sources/raw_{feed}.yml": _source("raw", [_raw(feed)]) for feed in target_feeds()}
    for file, is_in in (("log_texts", True), ("log", False)):
        tables = [_table(name, *told) for name, told in _LOG.items() if (name in _OF_TEXTS) is is_in]
        documents[f"models/staging/sources/{file}.yml"] = _source("log", tables)
    return documents


def _source(name: str, tables: list[dict[str, Any]]) -> dict[str, Any]:
    texts = {"raw": "Landing as it lies.", "log": "The load log, and the senders on file."}
    return {"version": 2, "sources": [{"name": name, "schema": name, "description": texts[name], "tables": tables}]}


def _raw(feed: str) -> dict[str, Any]:
    described = {column.name: column.description for column in contract(feed).loaded_columns}
    texts = {name: f"{{{{ doc('{name}') }}}}" for name in ORIGIN} | _ORIGIN_TEXTS | described
    columns = {name: texts[name] for name in landed_columns(contract(feed))}
    return _table(feed, f"Landed rows of feed {feed}: contract columns and where each row came from.", columns)


def _table(name: str, description: str, columns: dict[str, str]) -> dict[str, Any]:
    told = [{"name": column, "description": text[:1].upper() + text[1:]} for column, text in columns.items()]
    return {"name": name, "description": description, "columns": told}
