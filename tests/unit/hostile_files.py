"""Files that mean harm or were harmed on their way: bombs, wrong bytes, records of a shape nobody asked for."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

from ingest_reading import ANNA, BOLAT, CHINGIZ, SCHOOL, post, staff
from workbooks import HEADER, book_of, rewritten

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ROWS = [ANNA, BOLAT, CHINGIZ]


def records(*changes: str) -> bytes:
    """A JSON list of good records; what `changes` say is written into the one at their place as it stands."""
    good = [json.dumps(dict(zip(HEADER, post(person), strict=True))) for person in ROWS]
    for place, change in enumerate(changes):
        good[place] = f"{good[place][:-1]}, {change}}}" if change else good[place]
    return f"[{', '.join(good)}]".encode()


def lines(content: bytes) -> bytes:
    """The same records, each on a line of its own."""
    return content[1:-1].replace(b"}, {", b"}\n{")


def workbook(path: Path) -> Path:
    """Three good rows."""
    return book_of(
        path, {1: HEADER} | {2 + n: [person, SCHOOL, "teacher", "2020-09-01"] for n, person in enumerate(ROWS)}
    )


def with_row(book: Path, row: bytes, name: str) -> Path:
    return rewritten(book, SHEET, lambda text: text.replace(b"</sheetData>", row + b"</sheetData>"), name)


def blown_up(book: Path, name: str, part: str, before: bytes, filling: bytes, megabytes: int) -> Path:
    """The workbook with megabytes of `filling` in a part, and beside them a picture that hides how well they pack."""
    other = book.with_name(name)
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as made:
        for item in source.namelist():
            content = source.read(item)
            with made.open(item, "w") as sink:
                head, mark, tail = content.partition(before) if item == part else (content, b"", b"")
                sink.write(head)
                for _ in range((megabytes << 20) // len(filling) if mark else 0):
                    sink.write(filling)
                sink.write(mark + tail)
        made.writestr(zipfile.ZipInfo("xl/media/a.png"), random.Random(1).randbytes(megabytes * 8000))
    return other


def bombs(folder: Path) -> list[Path]:
    """Workbooks of 200 kB that unpack to 16 MB, each in another place."""
    book = workbook(folder / "staff.xlsx")
    rows, texts, mebi = b"</sheetData>", b"</sst>", 1 << 20
    return [
        blown_up(book, "text.xlsx", SHEET, rows, b"0" * mebi, 16),
        blown_up(book, "cells.xlsx", SHEET, rows, b"<c/>" * (mebi // 4), 16),
        blown_up(book, "row.xlsx", SHEET, rows, b'<row r="5">' + b"<c/>" * (mebi // 4) + b"</row>", 16),
        blown_up(book, "late.xlsx", SHEET, rows, b'<row r="50">' + b"<c/>" * (mebi // 4) + b"</row>", 16),
        blown_up(book, "rows.xlsx", SHEET, rows, b'<row r="5"/>' * (mebi // 12), 16),
        blown_up(book, "marks.xlsx", SHEET, rows, b"<row " * (mebi // 5), 16),
        blown_up(book, "front.xlsx", SHEET, b"<sheetData>", b"<x/>" * (mebi // 4), 16),
        blown_up(book, "texts.xlsx", TEXTS, texts, b"<si><t>" + b"0" * mebi + b"</t></si>", 16),
        blown_up(book, "one.xlsx", TEXTS, texts, b"0" * mebi, 16),
    ]


def laughs(declared: bytes) -> bytes:
    """XML whose head declares entities that unfold to 10 000 000 000 letters, with the rest as it stands."""
    first = b'<!ENTITY a "aaaaaaaaaa">'
    more = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    head, _, rest = declared.partition(b"?>")
    return head + b"?><!DOCTYPE x [" + first + more + b"]>" + rest


STAFF = staff(*(post(person) for person in ROWS))
