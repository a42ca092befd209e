"""The workshop: an engine of its own in which the files of a run are judged before anything lands.

It holds pseudonyms and judged rows only: identifiers stay in the stream from the file to the HMAC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import cast

from bilimkoz.connection import connect
from bilimkoz.sql import identifier, literal
from ingest import identifiers, macros, nested
from ingest.good_rows import GoodRows
from ingest.landed import ANSWERED, QUARANTINED, SIGNATURES, TEXTS
from ingest.pseudonym import Key
from ingest.readers import wide
from ingest.sender import Sender

#: Tables for what is no good row, or lies beside one.
BESIDE = {"quarantined": QUARANTINED, "answered": ANSWERED, "texts": TEXTS, "signatures": SIGNATURES}
#: How a `meant_id` begins that is settled when all rows are read.
UNSURE = "?"


def unsure(institution: str) -> str:
    """SQL for an institution of which it is not known yet whether good rows name it."""
    return f"{literal(UNSURE)} || pseudonym('institution', {identifier(institution)})"


@dataclass
class Workshop:
    """A connection on which rows can be judged; use as a context manager.

    Rows wait in `folder`; None is one that goes when the block ends.
    """

    folder: Path | None
    code_map: Path
    key: Key
    memory_limit: str
    threads: int | None = None
    #: Whose macros of identifiers are set.
    register: str | None = field(default=None, init=False)
    #: Whose files are being judged.
    senders: list[Sender] = field(default_factory=list, init=False)

    def __enter__(self) -> Workshop:
        # Without a folder too there are rows to keep, and what outgrows the memory needs a place.
        self.own = None if self.folder else TemporaryDirectory(prefix="bilimkoz-")
        folder = self.folder or Path(cast("TemporaryDirectory[str]", self.own).name)
        self.connection = connect(
            None,
            memory_limit=self.memory_limit,
            temp_directory=folder / "spill",
            threads=self.threads,
            excel=True,
        )
        macros.prepare(self.connection, self.code_map)
        nested.prepare(self.connection)
        wide.prepare(self.connection)
        self.key.bind(self.connection)
        self.good = GoodRows(self.connection, folder / "rows")
        for table, columns in BESIDE.items():
            self.connection.execute(f"create temp table if not exists {table} ({columns})")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.good.close()
        self.connection.close()
        if self.own:
            self.own.cleanup()

    def speak_for(self, senders: list[Sender]) -> None:
        """Sets the identifier scheme and the institutions of the senders whose files come next; of one register all."""
        if senders == self.senders:
            return
        self.senders = list(senders)
        (register,) = {sender.register for sender in senders}
        if register != self.register:
            self.connection.execute("; ".join(identifiers.macros(register)))
            self.register = register
        by_name = {sender.name: sender for sender in senders}
        scope = [f"{name}|{sender.name}" for sender in by_name.values() for name in sender.institutions or ()]
        self.connection.execute("set variable scope = cast(? as varchar[])", [scope])
        self.connection.execute("set variable senders = cast(? as varchar[])", [[sender.name for sender in senders]])

    def forget(self, parse_id: str) -> None:
        """Takes back the rows of a file, whose delivery was refused, say."""
        self.good.forget(parse_id)
        self.forget_bad(parse_id)

    def forget_bad(self, parse_id: str) -> None:
        """Takes back what of a file is no good row, or lies beside one."""
        for table in BESIDE:
            self.connection.execute(f"delete from {table} where parse_id = ?", [parse_id])
