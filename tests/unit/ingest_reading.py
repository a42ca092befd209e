"""Reads one small file the way an ingest does, and numbers for persons who do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.contract import feeds
from ingest.parse import parse
from ingest.parsed import File, Parsed
from ingest.pseudonym import Key
from ingest.readers.text import fingerprint
from ingest.repeats import settle
from ingest.sender import Sender
from ingest.workshop import Workshop

CODE_MAP = Path(__file__).parents[2] / "dbt_project" / "seeds" / "code_map.csv"
SECRET = b"a test key of forty bytes, never in use!"
SCHOOL = "750140000417"

#: Valid by the rule of the check digit; test_ingest_identifiers derives two of them by hand.
ANNA, BOLAT, CHINGIZ = "810101300018", "810101300028", "810101300901"


@dataclass
class Reading:
    """What came of a file: rows that landed, and (row, item, rule, column) of what did not."""

    parsed: Parsed
    landed: list[dict[str, Any]]
    bad: list[tuple[int, str, str, str | None]]

    @property
    def rows(self) -> list[int]:
        return sorted(row["_row"] for row in self.landed)

    @property
    def bad_rows(self) -> list[int]:
        return sorted({row for row, *_ in self.bad})

    @property
    def refusal(self) -> str | None:
        return self.parsed.problem.code if self.parsed.problem else None


@dataclass
class Desk:
    """A workshop at which files are read one after another."""

    workshop: Workshop
    folder: Path
    count: int = field(default=0)
    #: Row, `key_hash` and `meant_id` of the bad rows of the last file.
    meant: list[tuple[Any, ...]] = field(default_factory=list)

    def file(
        self,
        content: bytes | Path,
        name: str = "staff.csv",
        feed: str = "staff_employment",
        register: str = "kz.iin",
        institutions: Sequence[str] | None = None,
    ) -> File:
        """A file of somebody, on the disk."""
        self.count += 1
        path = self.folder / f"{self.count}-{name}"
        path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        scope = tuple(institutions) if institutions is not None else None
        sender = Sender("someone", register, scope, None, feeds(), None, None, None)
        number = f"{self.count:016d}"
        return File(path, feed, sender, fingerprint(path), number, "d" * 16, datetime(2026, 9, 15, tzinfo=UTC))

    def read(self, content: bytes | Path, *told: Any, target: str | None = None, **more: Any) -> Reading:
        """What became of a file; `told` and `more` are what `file` takes."""
        file = self.file(content, *told, **more)
        feed = file.feed
        number = file.parse_id
        parsed = parse(self.workshop, [file])[number]
        settle(self.workshop, [parsed])
        landed = []
        if (target or feed) in self.workshop.good.feeds:
            table = self.workshop.connection.execute(
                f'select * from "landed_{target or feed}" order by _row, length(_item), _item'
            )
            names = [column[0] for column in table.description]
            landed = [dict(zip(names, row, strict=True)) for row in table.fetchall()]
        bad = self.workshop.connection.execute(
            "select row_no, item, rule, column_name from quarantined order by row_no, item, rule, column_name"
        ).fetchall()
        self.meant = self.workshop.connection.execute(
            "select distinct row_no, key_hash, meant_id from quarantined order by row_no"
        ).fetchall()
        self.texts = self.workshop.connection.execute(
            "select row_no, column_name, wording from texts order by all"
        ).fetchall()
        #: Row and signature of each text that has one.
        self.signatures = self.workshop.connection.execute(
            "select row_no, signature from signatures order by all"
        ).fetchall()
        self.workshop.forget(number)
        return Reading(parsed, landed, bad)

    def pseudonym(self, person: str) -> str:
        """The pseudonym of a person of register kz.iin."""
        found = self.workshop.connection.execute("select pseudonym('person', ?)", [f"kz.iin:{person}"]).fetchall()
        return str(found[0][0])


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    with Workshop(None, CODE_MAP, Key(SECRET), "1GB", threads=1) as workshop:
        yield Desk(workshop, folder)


def staff(
    *rows: Sequence[str], header: Sequence[str] = ("person_id", "institution_id", "position", "start_date")
) -> bytes:
    """A CSV of staff as UTF-8."""
    return "".join(",".join(row) + "\n" for row in (header, *rows)).encode()


def post(
    person: str = ANNA, school: str = SCHOOL, position: str = "teacher", start: str = "2020-09-01"
) -> tuple[str, ...]:
    return (person, school, position, start)


def iin(body: str) -> str:
    """Adds the check digit to eleven digits, by the published rule.

    Raises:
        ValueError: numbers with this body are never issued.
    """
    digits = [int(letter) for letter in body]
    for weights in ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]):
        check = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if check < 10:
            return f"{body}{check}"
    raise ValueError(body)
