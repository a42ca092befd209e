"""A list whose texts stay with the sender says the same of them as the list with them."""

from __future__ import annotations

import csv

from ingest_reading import Desk
from terminal import Terminal

ENTRIES = (
    "entry_id,placement_id,entry_date,kind,text,full_name\n"
    'e1,p1,2026-03-01,lesson_plan,"Сабақ жоспары, 5 «А»",Аты Жөні\n'
    "e2,p1,2026-03-02,lesson_plan,,Аты Жөні\n"
)


def test_hash_and_length_agree_with_those_of_ingest(terminal: Terminal, reading_desk: Desk) -> None:
    file = terminal.root / "practicum_journal.csv"
    file.write_text(ENTRIES, encoding="utf-8")
    code, said = terminal.call("hide-texts", str(file), language="en")
    made = terminal.root / "practicum_journal-without-texts.csv"
    assert code == 0, said
    text = made.read_text(encoding="utf-8")
    assert "жоспары" not in text
    assert "Жөні" not in text
    assert made.stat().st_mode & 0o777 == 0o600
    with made.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["entry_id"], row["text_len_n"]) for row in rows] == [("e1", "15"), ("e2", "")]
    told, hidden = (
        [(row["entry_id"], row["text_hash"], row["text_len_n"]) for row in done.landed]
        for done in (
            reading_desk.read(ENTRIES.encode(), "practicum_journal.csv", "practicum_journal"),
            reading_desk.read(made, "practicum_journal.csv", "practicum_journal"),
        )
    )
    assert told == hidden
    assert told[0][1] is not None


def test_nothing_is_overwritten(terminal: Terminal) -> None:
    file = terminal.root / "practicum_journal.csv"
    file.write_text(ENTRIES, encoding="utf-8")
    assert terminal.call("hide-texts", str(file))[0] == 0
    assert terminal.call("hide-texts", str(file))[0] == 2


def test_a_feed_without_texts(terminal: Terminal) -> None:
    file = terminal.root / "regions.csv"
    file.write_text("region_code\n750000000\n", encoding="utf-8")
    code, said = terminal.call("hide-texts", str(file), language="en")
    assert (code, "no texts" in said) == (2, True)


def test_a_row_that_cannot_be_parted_does_not_vanish(terminal: Terminal) -> None:
    file = terminal.root / "practicum_journal.csv"
    file.write_text(ENTRIES + "e3,p1\n", encoding="utf-8")
    code, said = terminal.call("hide-texts", str(file), language="en")
    assert (code, "line 4" in said) == (2, True)
    assert not (terminal.root / "practicum_journal-without-texts.csv").exists()
