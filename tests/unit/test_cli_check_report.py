"""The report of `check` as a page and as JSON: the words of the terminal, and nothing from elsewhere or of anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ingest_reading import ANNA, BOLAT, CHINGIZ, SCHOOL, post, staff
from lxml import etree, html
from terminal import Terminal
from workbooks import HEADER, book_of

from bilimkoz.texts import say
from ingest.contract import LANGUAGES, contract

STAFF = "staff_employment"
BAD = staff(post(), post(BOLAT, start="x"), post(CHINGIZ, start="x"), post(start="2020-09-01"))
NAMES = {"kk": "Жұмысқа кірген күні", "ru": "Дата приёма", "en": "Start date"}


@pytest.fixture
def folder(terminal: Terminal) -> Path:
    """A folder of a good list, a bad one, a workbook, a file of no feed, and one of a format that is not read."""
    made = terminal.root / "inbox" / "school" / "1"
    made.mkdir(parents=True)
    (made / f"{STAFF}-bad.csv").write_bytes(BAD)
    (made / f"{STAFF}-good.csv").write_bytes(staff(post()))
    (made / f"{STAFF}-<b>.csv").write_bytes(staff(post(), header=("a", "b", "c", "d")))
    rows = {
        1: ["Мектеп тізімі"],
        3: HEADER,
        4: [ANNA, SCHOOL, "teacher", "2020"],
        5: [BOLAT, SCHOOL, None, "2020-09-01"],
    }
    book_of(made / f"{STAFF}-book.xlsx", rows, "1-тоқсан")
    (made / "list.csv").write_bytes(b"a\n1\n")
    (made / f"{STAFF}.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    return made


def _page(terminal: Terminal, folder: Path, language: str = "en") -> tuple[int, str, Any]:
    path = terminal.root / "report.html"
    code, _ = terminal.call("check", str(folder), "--html", str(path), "--lang", language)
    text = path.read_text(encoding="utf-8")
    return code, text, html.fromstring(text.encode())


def _words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_is_told_with_places_and_what_to_do(terminal: Terminal, folder: Path, language: str) -> None:
    code, _, page = _page(terminal, folder, language)
    assert code == 2
    assert page.get("lang") == language
    overview, *_ = page.findall(".//table")
    counts = {
        row[0].text_content(): [cell.text_content() for cell in row[3:]] for row in overview.findall(".//tbody/tr")
    }
    assert counts == {
        f"{STAFF}-bad.csv": ["4", "1", "2", "1"],
        f"{STAFF}-good.csv": ["1", "1", "0", "0"],
        f"{STAFF}-<b>.csv": ["0", "0", "0", "0"],
        f"{STAFF}-book.xlsx": ["2", "0", "2", "0"],
        "list.csv": ["0", "0", "0", "0"],
    }
    told = _words(page)
    lines = f"{say(language, 'check.place', row=3)} {say(language, 'check.place', row=4)}"
    for words in (
        lines,
        f"{NAMES[language]} (start_date)",
        say(language, "rule.type"),
        say(language, "limit.expected", kind=say(language, "type.date")),
        say(language, "remedy.type"),
        "'1-тоқсан'!D4",
        "'1-тоқсан'!C5",
        say(language, "rule.required"),
        say(language, "check.fine", n=1),
        say(language, "refusal.feed_not_told", file="list.csv"),
        say(language, "manifest.passed_over", file=f"{STAFF}.xls"),
        say(language, "check_page.state_waits"),
        say(language, "check_page.state_refused"),
    ):
        assert words in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_the_terminal_says(terminal: Terminal, folder: Path, language: str) -> None:
    """Every sentence of the page about a file stands on the terminal too."""
    said = terminal.call("check", str(folder), language=language)[1]
    _, _, page = _page(terminal, folder, language)
    for row in page.findall(".//section//tbody/tr"):
        column, _, places, wrong, expected, to_do = (_words(cell) for cell in row)
        assert column in said
        assert all(_words(place) in said for place in row[2].findall(".//li"))
        assert " ".join(text for text in (wrong, expected.strip("–"), to_do) if text) in said
    assert places


def test_it_stands_alone_and_is_accessible(terminal: Terminal, folder: Path) -> None:
    _, text, page = _page(terminal, folder)
    assert not page.findall(".//script")
    assert not [element for element in page.iter(etree.Element) if element.get("src") or element.get("onclick")]
    assert all(link.get("href").startswith("#") for link in page.findall(".//a"))
    assert "url(" not in text
    assert "@import" not in text
    assert "@media print" in text
    for table in page.findall(".//table"):
        assert table.find("caption") is not None
        assert {head.get("scope") for head in table.findall(".//thead//th")} == {"col"}
        assert {row[0].tag for row in table.findall(".//tbody/tr")} == {"th"}
    assert {element.get("id") for element in page.iter(etree.Element)} >= {
        link.get("href").removeprefix("#") for link in page.findall(".//a")
    }
    # A state is said by a mark and a word, and by its colour besides.
    states = [_words(strong) for strong in page.findall(".//section//strong")]
    assert len(states) == 5
    assert all(state[0] in "✓✗!" and state[2:] for state in states)
    assert "<b>" not in text


def test_no_personal_value_is_in_it(terminal: Terminal, folder: Path) -> None:
    """Neither numbers of people, nor what else stands in cells, nor a number in the name of a sheet or file."""
    book_of(folder / f"{STAFF}-{ANNA}.xlsx", {1: HEADER, 2: [BOLAT, SCHOOL, "secret words", "x"]}, f"of {ANNA}")
    report = terminal.root / "report.json"
    terminal.call("check", str(folder), "--json", str(report))
    _, text, _ = _page(terminal, folder)
    for said in (text, report.read_text(encoding="utf-8")):
        assert not [word for word in (ANNA, BOLAT, CHINGIZ, SCHOOL, "secret") if word in said]
        assert "of …" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_has_the_same_facts(terminal: Terminal, folder: Path, language: str) -> None:
    path = terminal.root / "report.json"
    code, said = terminal.call("check", str(folder), "--json", str(path), "--lang", language)
    assert code == 2
    assert say(language, "check.report_written", path=path) in said
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["bilimkoz_check"], told["language"], told["clean"]) == (1, language, False)
    assert told["passed_over"] == [f"{STAFF}.xls"]
    files = {file["file"]: file for file in told["files"]}
    assert files[f"{STAFF}-bad.csv"]["totals"] == {"read": 4, "good": 1, "bad": 2, "repeated": 1, "empty": 0}
    (finding,) = files[f"{STAFF}-bad.csv"]["findings"]
    message = {name: finding.pop(name) for name in ("wrong", "expected", "to_do")}
    assert finding == {
        "feed": STAFF, "rule": "type", "column": "start_date", "rows_n": 2, "first": ["3", "4"], "sheet": None,
        "cells": [], "label": contract(STAFF).column("start_date").named(language),
        "places": [say(language, "check.place", row=row) for row in (3, 4)],
    }  # fmt: skip
    assert message == {
        "wrong": say(language, "rule.type"),
        "expected": say(language, "limit.expected", kind=say(language, "type.date")),
        "to_do": say(language, "remedy.type"),
    }
    cells = {cell: found["sheet"] for found in files[f"{STAFF}-book.xlsx"]["findings"] for cell in found["cells"]}
    assert cells == {"'1-тоқсан'!D4": "1-тоқсан", "'1-тоқсан'!C5": "1-тоқсан"}
    assert [files[name]["state"] for name in (f"{STAFF}-good.csv", "list.csv")] == ["fine", "refused"]


def test_json_goes_to_the_terminal_where_no_file_is_named(terminal: Terminal, folder: Path) -> None:
    """Nothing else stands there then, whether the path comes before or after."""
    path = str(folder / f"{STAFF}-good.csv")
    for arguments in ([path, "--json"], ["--json", path], ["--json", "--html", str(terminal.root / "r.html"), path]):
        code, lines = terminal.lines("check", *arguments)
        assert (code, json.loads("".join(lines))["clean"]) == (0, True)
    assert (terminal.root / "r.html").exists()


def test_a_report_replaces_a_report_and_nothing_else(terminal: Terminal, folder: Path) -> None:
    good, data = str(folder / f"{STAFF}-good.csv"), folder / f"{STAFF}-more.json"
    data.write_text("[]")
    for _ in range(2):
        assert terminal.call("check", good, "--json", str(terminal.root / "r.json"))[0] == 0
    for arguments, key, facts in (
        ([good, "--json", str(data)], "report_in_the_way", {"path": data}),
        ([good, "--html", "r.htm"], "report_name_wrong", {"path": "r.htm", "suffix": ".html"}),
        ([good, "--json", "r.txt"], "report_name_wrong", {"path": "r.txt", "suffix": ".json"}),
        ([good, "--html", "nowhere/r.html"], "not_there", {"path": "nowhere"}),
        ([good, good], "one_path_only", {"second": good}),
    ):
        code, said = terminal.call("check", *arguments)
        assert code == 2
        assert " ".join(say("en", f"refusal.{key}", **facts).split()) in said
    assert data.read_text() == "[]"


def test_a_report_beside_the_lists_is_no_list(terminal: Terminal, folder: Path) -> None:
    for other in ("list.csv", f"{STAFF}.xls", f"{STAFF}-<b>.csv", f"{STAFF}-bad.csv", f"{STAFF}-book.xlsx"):
        (folder / other).unlink()
    reports = ["--json", str(folder / "report.json"), "--html", str(folder / "report.html")]
    for _ in range(2):
        code, said = terminal.call("check", str(folder), *reports)
        assert code == 0
        assert say("en", "manifest.passed_over", file="report.html") not in said
    (terminal.root / "senders").mkdir()
    (terminal.root / "senders" / "school.toml").write_text('register = "kz.iin"')
    code, said = terminal.call("manifest", str(folder))
    assert (code, "1 files, 1 rows" in said) == (0, True)
    assert say("en", "manifest.passed_over", file="report.html") not in said


def test_a_folder_without_a_list_is_refused(terminal: Terminal) -> None:
    (terminal.root / "empty").mkdir()
    code, said = terminal.call("check", str(terminal.root / "empty"))
    assert (code, said) == (2, say("en", "refusal.nothing_to_send", folder="empty"))
