"""No identifier, name or contact of a delivery is left in landing, in a message, or on the screen of `check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ingest_inbox import ANNA, BOLAT, CHINGIZ, KEY, SCHOOL, Inbox

from bilimkoz.connection import connect
from ingest.examine import examine
from ingest.sender import Sender

#: Persons who do not exist, right and wrong numbers, and what goes with a person.
ESTONIAN = "37605030299"
SECRETS = [
    ANNA,
    BOLAT,
    CHINGIZ,
    ESTONIAN,
    "810101300019",
    "Секретова",
    "+7 701 555 44 33",
    "nobody@example.org",
    "secret street",
]
HEADER = "ИИН;БИН организации;Должность;Дата приёма;ФИО;Телефон;Электронная почта;Адрес;Трудовой договор;Заметка"
PERSONAL = "Секретова Анна;+7 701 555 44 33;nobody@example.org;secret street 1"


def _list(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


TABLE = _list(
    f"{ANNA};{SCHOOL};учитель;01.09.2020;{PERSONAL};permanent;{CHINGIZ}",
    f"810101300019;{SCHOOL};учитель;01.09.2020;{PERSONAL};permanent;",
    f"{SCHOOL};{ANNA};учитель;01.09.2020;{PERSONAL};permanent;",
    f"{BOLAT};{SCHOOL};учитель;01.09.2020;{PERSONAL};{BOLAT};",
    f"{BOLAT};{SCHOOL};учитель;{BOLAT};{PERSONAL};permanent;",
    f"{BOLAT};{SCHOOL}",
    f"{CHINGIZ};{SCHOOL};учитель;01.09.2020;{PERSONAL};permanent;{CHINGIZ}",
    f"{CHINGIZ};{SCHOOL};учитель;01.09.2020;{PERSONAL};temporary;{CHINGIZ}",
)
WITHOUT_HEADER = f"{ANNA};{SCHOOL};учитель;01.09.2020;{PERSONAL}\n".encode()
OPEN_QUOTE = _list(f'{ANNA};{SCHOOL};"учитель;01.09.2020;{PERSONAL}')
KEYED = json.dumps(
    [{"person_id": ANNA, "institution_id": SCHOOL, "position": "x", "start_date": "2020-09-01", BOLAT: 1}]
).encode()
CUT = json.dumps([{"person_id": ANNA, "full_name": "Секретова"}], ensure_ascii=False).encode()[:-5]
CARD = json.dumps(
    {"value": {"isikuandmed": {"isikukood": ESTONIAN, "eesnimi": "Секретова", "rrElukoht": "secret street"},
               "tootamine": [{"oppeasutusId": ESTONIAN, "ametikoht": "x", "ametikohtAlgus": "?", "kehtiv": 1}]}},
    ensure_ascii=False,
).encode()  # fmt: skip
FILES = {"a.csv": TABLE, "b.csv": WITHOUT_HEADER, "c.csv": OPEN_QUOTE, "d.json": KEYED, "e.json": CUT}


def _texts(folder: Path) -> dict[str, str]:
    """Everything below a folder as text: columns of Parquet as strings with their statistics, other files as they
    are."""
    found = {}
    with connect(None) as connection:
        for path in folder.rglob("*"):
            if path.suffix == ".parquet":
                rows = connection.execute(f"select * from read_parquet('{path}')").fetchall()
                about = connection.execute(f"select * from parquet_metadata('{path}')").fetchall()
                found[str(path)] = f"{rows}{about}"
            elif path.is_file():
                found[str(path)] = path.read_bytes().decode("utf-8", errors="replace")
    return found


def _leaks(texts: dict[str, str]) -> dict[str, list[str]]:
    found = {name: [secret for secret in SECRETS if secret in text] for name, text in texts.items()}
    return {name: secrets for name, secrets in found.items() if secrets}


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path)
    made.agree("school", f'register = "kz.iin"\ninstitutions = ["{SCHOOL}"]')
    made.agree("ehis", 'register = "ee.isikukood"')
    for number, (name, content) in enumerate(FILES.items()):
        rows = 8 if name == "a.csv" else 1
        made.deliver("school", str(number), {name: content}, rows=rows)
    made.deliver("ehis", "cards", {"cards.json": CARD}, rows=1, feed="ehis_person_cards")
    return made


def test_landing_holds_nobody(inbox: Inbox) -> None:
    done = inbox.ingest()
    assert done.refused == []
    problems = [entry["problem"]["code"] for entry in inbox.log().of("parse") if entry["problem"]]
    assert sorted(problems) == ["file_unreadable", "header_missing", "quote_never_closed"]
    texts = _texts(inbox.places.landing)
    assert any("_quarantine" in name for name in texts)
    assert _leaks(texts) == {}
    assert _leaks(_texts(inbox.places.work)) == {}


def test_what_is_in_the_files_is_found_where_it_is(inbox: Inbox, tmp_path: Path) -> None:
    """Positive control: the search sees a number in a Parquet column, in a text, and every secret in the inbox."""
    with connect(None) as connection:
        connection.execute(f"copy (select '{ANNA}' as x) to '{tmp_path / 'planted.parquet'}' (format parquet)")
    assert _leaks(_texts(tmp_path))[str(tmp_path / "planted.parquet")] == [ANNA]
    assert {secret for secrets in _leaks(_texts(inbox.places.inbox)).values() for secret in secrets} == set(SECRETS)


def test_refusals_and_findings_name_nobody(inbox: Inbox) -> None:
    from bilimkoz import texts

    paths = [
        (inbox.places.inbox / "school" / str(number) / name, "staff_employment") for number, name in enumerate(FILES)
    ]
    who = Sender("school", "kz.iin", (SCHOOL,), None, ("staff_employment",), None, None, None)
    found = examine(paths, who, inbox.places.code_map)
    said: dict[str, str] = {}
    for item in found:
        said[item.file] = json.dumps(item.as_dict(), ensure_ascii=False, default=str)
        for language in ("kk", "ru", "en"):
            if item.parsed.problem:
                said[item.file] += texts.refusal(language, item.parsed.problem)
    assert [item.is_clean for item in found] == [False, False, False, True, False]
    assert _leaks(said) == {}


def test_screen_of_check_shows_nobody(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bilimkoz.cli import app, console

    console.settings.cache_clear()
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(inbox.root))
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", "en")
    monkeypatch.setattr(console.console, "_file", None)
    screens: dict[str, str] = {}
    for number, name in enumerate(FILES):
        for option in ([], ["--json"]):
            path = inbox.places.inbox / "school" / str(number) / name
            monkeypatch.setattr(
                sys,
                "argv",
                ["bilimkoz", "check", str(path), "--feed", "staff_employment", "--sender", "school", *option],
            )
            with pytest.raises(SystemExit):
                app.main()
            screens[f"{name} {option}"] = "".join(capsys.readouterr())
    console.settings.cache_clear()
    assert all(screens.values())
    assert _leaks(screens) == {}


def test_an_unexpected_fault_of_the_engine_quotes_nothing(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB's words quote the row at which it stopped; they end where the file is read."""
    from ingest import judge

    whole = judge.statement

    def failing(*arguments: Any) -> str:
        return f"select *, cast(institution_id || 'x' as integer) as y from ({whole(*arguments)})"

    monkeypatch.setattr(judge, "statement", failing)
    inbox.ingest()
    assert {entry["problem"]["code"] for entry in inbox.log().of("parse") if entry["sender"] == "school"} >= {
        "file_unreadable"
    }
    assert _leaks(_texts(inbox.places.landing)) == {}
    assert KEY.id in (inbox.places.landing / "_log" / "key.json").read_text()


def test_a_file_named_after_a_person_does_not_carry_the_number_on(inbox: Inbox) -> None:
    """Neither in the log nor in a refusal nor in a warehouse; files stay apart, and a day in a name stays."""
    card = f"eeisikukood_{ESTONIAN}.json"
    other = CARD.replace(b'"x"', b'"y"')
    files = {card: CARD, f"eeisikukood_{ESTONIAN[::-1]}.json": other, "kaart_20260915.json": other}
    inbox.deliver("ehis", f"cards of {ESTONIAN}", files, rows=1, feed="ehis_person_cards")
    inbox.deliver("ehis", f"refused {ESTONIAN}", {card: CARD}, "2026-09-16T08:00:00Z", rows=2, feed="ehis_person_cards")
    done = inbox.ingest()
    assert _leaks({"refused": f"{[(place, why.code, why.facts) for place, why in done.refused]}"}) == {}
    assert [place for place, _ in done.refused] == ["ehis/refused …"]
    assert _leaks(_texts(inbox.places.landing)) == {}
    names = [
        file["path"] for entry in inbox.log().of("delivery") for file in entry["files"] if "of …" in entry["folder"]
    ]
    assert [name.split("~")[0] for name in names[:2]] == ["eeisikukood_…", "eeisikukood_…"]
    assert names[2] == "kaart_20260915.json"
    assert len(set(names)) == 3
    # A delivery is found again by its manifest: another agreement has its files read anew.
    inbox.agree("ehis", 'register = "ee.isikukood"\ninstitutions = ["1"]')
    assert len(inbox.ingest().parses) >= 2
