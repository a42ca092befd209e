"""The shape of what lands: the columns of good rows, of quarantine, of free text and its signatures, of cards that answered."""

from __future__ import annotations

from ingest.contract import Contract

#: Columns every landed row has beside those of its contract: of its own, and those of its file.
ORIGIN = {
    "_parse": "VARCHAR",
    "_file_sha256": "VARCHAR",
    "_row": "BIGINT",
    "_item": "VARCHAR",
    "_source_feed": "VARCHAR",
    "_delivery": "VARCHAR",
    "_loaded_at": "TIMESTAMP",
}
#: A broken rule of a row, and which row it is, where that can be kept: a hash of the key, or else whose it may be.
QUARANTINED = (
    "parse_id varchar, file_sha256 varchar, feed varchar, row_no bigint, item varchar, rule varchar, "
    "column_name varchar, key_hash varchar, meant_id varchar"
)
#: Free text of landed rows, masked; no other table holds it.
TEXTS = "parse_id varchar, feed varchar, row_no bigint, item varchar, column_name varchar, wording varchar"
#: What free text of landed rows is like, where it says enough (`ingest.minhash`).
SIGNATURES = "parse_id varchar, feed varchar, row_no bigint, item varchar, column_name varchar, scheme varchar, signature varchar"
#: A person card that answered.
ANSWERED = "parse_id varchar, row_no bigint, person_id varchar, answered_on date, answered_at timestamp"


def landed_columns(feed: Contract) -> dict[str, str]:
    """Names and DuckDB types of a landed feed, in order."""
    local = {"person_is_local": "BOOLEAN"} if any(column.is_person for column in feed.columns) else {}
    return {column.name: column.sql_type for column in feed.loaded_columns} | local | ORIGIN


def key_hash(feed: Contract) -> str:
    """SQL for the hash by which a row of quarantine says which row it is; the macro of dbt of that name says the same."""
    cells = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '')" for name in feed.key)
    return f"sha256(concat_ws(chr(31), {cells}))"
