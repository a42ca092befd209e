"""The workshop: a DuckDB file of one run in which files are judged before anything lands.

It holds pseudonyms and judged rows only: identifiers stay in the stream from the file to the HMAC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import cast

import pyarrow as pa

from bilimkoz.connection import connect
from bilimkoz.sql import identifier, literal
from ingest import identifiers, macros, nested
from ingest.contract import Contract, contract
from ingest.parsed import File
from ingest.pseudonym import Key
from ingest.readers import wide
from ingest.sender import Sender

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
_OF_ROW = ("_parse", "_row", "_item")
#: A broken rule of a row, and which row it is, where that can be kept: a hash of the key, or else whose it may be.
QUARANTINED = (
    "parse_id varchar, file_sha256 varchar, feed varchar, row_no bigint, item varchar, rule varchar, "
    "column_name varchar, key_hash varchar, meant_id varchar"
)
#: How a `meant_id` begins that is settled when all rows are read.
UNSURE = "?"
#: Free text of landed rows, masked; no other table holds it.
TEXTS = "parse_id varchar, feed varchar, row_no bigint, item varchar, column_name varchar, wording varchar"
#: A person card that answered.
ANSWERED = "parse_id varchar, row_no bigint, person_id varchar, answered_on date, answered_at timestamp"


def landed_columns(feed: Contract) -> dict[str, str]:
    """Names and DuckDB types of a landed feed, in order."""
    local = {"person_is_local": "BOOLEAN"} if any(column.is_person for column in feed.columns) else {}
    return {column.name: column.sql_type for column in feed.loaded_columns} | local | ORIGIN


def row_columns(feed: Contract) -> dict[str, str]:
    """Those of them that differ between the rows of a file."""
    return {name: kind for name, kind in landed_columns(feed).items() if name not in ORIGIN or name in _OF_ROW}


def key_hash(feed: Contract) -> str:
    """SQL for the hash by which a row of quarantine says which row it is; the macro of dbt of that name says the same."""
    cells = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '')" for name in feed.key)
    return f"sha256(concat_ws(chr(31), {cells}))"


def unsure(institution: str) -> str:
    """SQL for an institution of which it is not known yet whether good rows name it."""
    return f"{literal(UNSURE)} || pseudonym('institution', {identifier(institution)})"


@dataclass
class Workshop:
    """A connection on which rows can be judged; use as a context manager."""

    path: Path | None
    code_map: Path
    key: Key
    memory_limit: str
    threads: int | None = None
    #: Feeds that have rows here, or had some.
    feeds: set[str] = field(default_factory=set, init=False)
    #: Whose macros of identifiers are set.
    register: str | None = field(default=None, init=False)

    def __enter__(self) -> Workshop:
        # In memory too, what outgrows it needs a place; the engine's default is the folder one happens to stand in.
        self.spill = None if self.path else TemporaryDirectory(prefix="bilimkoz-")
        self.connection = connect(
            self.path,
            memory_limit=self.memory_limit,
            temp_directory=Path(self.spill.name) if self.spill else cast(Path, self.path).parent / "spill",
            threads=self.threads,
            excel=True,
        )
        macros.prepare(self.connection, self.code_map)
        nested.prepare(self.connection)
        wide.prepare(self.connection)
        self.key.bind(self.connection)
        of_file = [f"{name} {kind}" for name, kind in ORIGIN.items() if name not in ("_row", "_item")]
        self.connection.execute(f"create temp table files ({', '.join(of_file)}, unique (_parse))")
        for table, columns in (("quarantined", QUARANTINED), ("answered", ANSWERED), ("texts", TEXTS)):
            self.connection.execute(f"create temp table if not exists {table} ({columns})")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        if self.spill:
            self.spill.cleanup()

    def speak_for(self, senders: Sequence[Sender]) -> None:
        """Sets the identifier scheme and the institutions of the senders whose files come next; of one register all."""
        (register,) = {sender.register for sender in senders}
        if register != self.register:
            self.connection.execute("; ".join(identifiers.macros(register)))
            self.register = register
        by_name = {sender.name: sender for sender in senders}
        scope = [f"{name}|{sender.name}" for sender in by_name.values() for name in sender.institutions or ()]
        self.connection.execute("set variable scope = cast(? as varchar[])", [scope])
        self.connection.execute("set variable senders = cast(? as varchar[])", [[sender.name for sender in senders]])

    def note(self, files: Sequence[File]) -> None:
        """Sets out `sources`, the number of each of these files with what all its rows have, and keeps that."""
        table = pa.table(
            {
                "_source": pa.array(range(len(files)), pa.int32()),
                "_parse": [file.parse_id for file in files],
                "_file_sha256": [file.fingerprint.sha256 for file in files],
                "_source_feed": [file.feed for file in files],
                "_delivery": [file.delivery_id for file in files],
                "_loaded_at": pa.array([file.created.replace(tzinfo=None) for file in files], pa.timestamp("us")),
            }
        )
        self.connection.register("sources", table)
        self.connection.execute("insert or ignore into files by name select * exclude (_source) from sources")

    def rows(self, feed: str) -> str:
        """Name of the table of a feed's rows. Beside it stands `landed_<feed>`, the same rows with all they land with."""
        table = f'"rows_{feed}"'
        if feed not in self.feeds:
            self.feeds.add(feed)
            columns = ", ".join(f'"{name}" {kind}' for name, kind in row_columns(contract(feed)).items())
            self.connection.execute(f"create temp table {table} ({columns})")
            whole = ", ".join(f'"{name}"' for name in landed_columns(contract(feed)))
            self.connection.execute(
                f'create temp view "landed_{feed}" as select {whole} from {table} join files using (_parse)'
            )
        return table

    def forget(self, parse_id: str) -> None:
        """Takes back the rows of a file, whose delivery was refused, say."""
        for feed in self.feeds:
            self.connection.execute(f"delete from {self.rows(feed)} where _parse = ?", [parse_id])
        for table in ("quarantined", "answered", "texts"):
            self.connection.execute(f"delete from {table} where parse_id = ?", [parse_id])

    def give_to(self, parse_id: str, delivery_id: str, created: datetime) -> None:
        """Says that the rows of a file are of another delivery than the one it was read for."""
        self.connection.execute(
            "update files set _delivery = ?, _loaded_at = ? where _parse = ?",
            [delivery_id, created.replace(tzinfo=None), parse_id],
        )
