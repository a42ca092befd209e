"""A misspelt header of a column that is not required is not passed over in silence."""

from __future__ import annotations

import json

import pytest
from ingest_inbox import ANNA, KEY, NOW, SCHOOL, Inbox
from terminal import Terminal

from bilimkoz.cli import run_report
from bilimkoz.cli.console import settings
from ingest.contract import contract
from ingest.deliveries import ingest
from ingest.likeness import meant

STAFF = contract("staff_employment")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("end_dat", "end_date"),
        ("End dates", "end_date"),
        ("Дата увольненя", "end_date"),
        ("дата  УВОЛНЕНИЯ", "end_date"),
        ("Жұмыстан шыкқан күні", "end_date"),
        ("Нагруска (ставка)", "load_fte"),
        ("Кабинет", None),
        ("Примечание", None),
        ("end", None),
        # It is required: a file without it is refused, so here it is another column.
        ("start_dates", None),
    ],
)
def test_what_a_header_was_meant_for(name: str, column: str | None) -> None:
    found = meant(name, STAFF)
    assert (found.name if found else None) == column


def _list(header: str) -> bytes:
    return (
        f"person_id,institution_id,position,start_date,{header},room\n{ANNA},{SCHOOL},teacher,2020-09-01,,\n".encode()
    )


@pytest.mark.parametrize(
    ("language", "header", "said"),
    [
        ("kk", "Жұмыстан шыккан күні", "«Жұмыстан шыққан күні (end_date)» бағанына ұқсайды"),
        ("ru", "Дата увольненя", "Похоже на «Дата увольнения (end_date)»"),
        ("en", "end_dat", "It looks like «End date (end_date)»"),
    ],
)
def test_check_says_what_it_looks_like(terminal: Terminal, language: str, header: str, said: str) -> None:
    """Nothing stands in the column, so nothing is missed and it ends with 0."""
    file = terminal.root / "staff_employment.csv"
    file.write_bytes(_list(header))
    code, told = terminal.call("check", str(file), language=language)
    assert code == 0
    assert f"«{header}»" in told
    assert said in told
    assert told.count("room") == 1


@pytest.mark.parametrize(("header", "code"), [("end_dat", 2), ("mood", 0)])
def test_a_filled_column_with_a_misspelt_name_is_not_fine(terminal: Terminal, header: str, code: int) -> None:
    """No row is wrong, but what stands in it would not load; a column that is like none of ours was not meant to."""
    file = terminal.root / "staff_employment.csv"
    file.write_bytes(_list(header).replace(b",,\n", b",2024-06-30,\n"))
    assert terminal.call("check", str(file), language="en")[0] == code
    assert json.loads(terminal.call("check", str(file), "--json")[1])["clean"] == (code == 0)


def test_a_run_says_so_too(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    """Once for all the files that have it, with the first of them named."""
    terminal.patch.setenv("BILIMKOZ_PSEUDONYM_KEY", KEY._secret.decode())
    inbox = Inbox(terminal.root)
    inbox.agree("school")
    files = {f"{name}.csv": _list("end_dat") + b"\n" * number for number, name in enumerate("abc")}
    inbox.deliver("school", "1", files, rows=1)
    done = ingest(inbox.places, KEY, NOW, "500MB")
    terminal.call("release", "list")
    settings.cache_clear()
    run_report.tell_deliveries({"as_of": "2026-09-15", "parses": [entry["parse_id"] for entry in done.parses]})
    told = " ".join(capsys.readouterr().out.split())
    assert "school/1/a.csv and 2 more files: the column «end_dat» is not known" in told
    assert told.count("end_dat»") == 1
    assert "Columns not known and not kept: room" in told
    settings.cache_clear()
