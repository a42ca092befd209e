"""What is handed back to people opens in spreadsheets: nothing in it may be taken for a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from ingest_inbox import CODE_MAP, KEY, NOW, Inbox

from ingest import quarantine, returned
from ingest.deliveries import ingest
from ingest.log import Log
from ingest.quarantine import Wording
from ingest.workshop import Workshop

FORMULAS = ('=HYPERLINK("http://x","y")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)")
HEADINGS = {name: name for name in (*quarantine.SHOWN, "row_no", "item", "wrong")}
STAFF = "person_id,institution_id,position,start_date,=note\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    """Bad rows with formulas in cells and headers, in a folder whose name is one."""
    inbox = Inbox(tmp_path)
    inbox.agree("school")
    rows = "".join(f'1,1,"{cell.replace(chr(34), chr(34) * 2)}",2020-09-01,{cell[:2]}\n' for cell in FORMULAS)
    inbox.deliver("school", "=1+1", {"staff.csv": (STAFF + rows).encode()}, rows=len(FORMULAS))
    ingest(inbox.places, KEY, NOW, "500MB")
    return inbox


def _told(inbox: Inbox) -> object:
    found = quarantine.rows(inbox.places.landing, inbox.places.senders, KEY.id, CODE_MAP)
    assert found.height == len(FORMULAS)
    return quarantine.worded(found, lambda feed, rule, column: Wording(feed, column or "", rule))


def test_the_list_for_programs(inbox: Inbox, tmp_path: Path) -> None:
    (table,) = [path for path in quarantine.write(_told(inbox), HEADINGS, tmp_path / "out") if path.suffix == ".csv"]
    with table.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_the_workbooks(inbox: Inbox, tmp_path: Path) -> None:
    books = [path for path in quarantine.write(_told(inbox), HEADINGS, tmp_path / "out") if path.suffix == ".xlsx"]
    with Workshop(None, CODE_MAP, KEY, "500MB") as workshop:
        books += returned.write(workshop, inbox.places.inbox, Log.read(inbox.places.landing), _told(inbox), HEADINGS)[0]
    assert len(books) == 2
    texts: list[object] = []
    for path in books:
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"], path.name
        assert not [cell.coordinate for cell in cells if cell.hyperlink], path.name
        texts += [cell.value for cell in cells]
    assert set(FORMULAS) <= set(texts)
