"""Messages about rows: columns by their labels, and what the contract allows, in the language of the reader.

The expected words are those of `ingest/contracts/staff_employment.yaml` and `regions.yaml`, typed out by hand.
"""

from __future__ import annotations

import csv

import openpyxl
import pytest
from ingest_inbox import ANNA, BOLAT, CHINGIZ, KEY, NOW, SCHOOL, Inbox
from terminal import Terminal

from bilimkoz.texts import of_contract
from ingest.contract import LANGUAGES, contract, feeds
from ingest.deliveries import ingest

LABELS = {
    "kk": ("Жүктемесі (ставка) (load_fte)", "Еңбек шарты (contract)", "Жұмыстан шыққан күні (end_date)"),
    "ru": ("Нагрузка (ставка) (load_fte)", "Трудовой договор (contract)", "Дата увольнения (end_date)"),
    "en": ("Load (FTE) (load_fte)", "Contract (contract)", "End date (end_date)"),
}
ASKED = {
    "kk": (
        "Рұқсат етілгені: 0 – 3 аралығы.",
        "Рұқсат етілгені: permanent (Мерзімсіз), temporary (Мерзімді).",
        "Керегі: күн, мысалы 2026-09-01",
    ),
    "ru": (
        "Допускается: от 0 до 3.",
        "Допускается: permanent (Бессрочный), temporary (Срочный).",
        "Нужно: дата, например 2026-09-01",
    ),
    "en": (
        "Allowed: from 0 to 3.",
        "Allowed: permanent (Permanent), temporary (Temporary).",
        "Expected: a day, such as 2026-09-01",
    ),
}
HEADINGS = {
    "kk": ["Файл", "Ағын", "Жол", "Жазбадағы орны", "Баған", "Не дұрыс емес және не істеу керек", "Ереже"],
    "ru": ["Файл", "Поток", "Строка", "Место в записи", "Столбец", "Что не так и что делать", "Правило"],
    "en": ["File", "Feed", "Row", "Place in the record", "Column", "What is wrong, what to do", "Rule"],
}
FEED = {"kk": "Қызметкерлердің лауазымдары", "ru": "Должности работников", "en": "Staff employment"}
BAD = f"""person_id,institution_id,position,start_date,load_fte,contract,end_date
{ANNA},{SCHOOL},teacher,2020-09-01,7,permanent,
{BOLAT},{SCHOOL},teacher,2020-09-01,1,forever,
{CHINGIZ},{SCHOOL},teacher,2020-09-01,1,permanent,soon
""".encode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_names_columns_and_what_they_may_hold(terminal: Terminal, language: str) -> None:
    file = terminal.root / "staff_employment.csv"
    file.write_bytes(BAD)
    code, said = terminal.call("check", str(file), language=language)
    assert code == 2
    for words in (*LABELS[language], *ASKED[language]):
        assert words in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quarantine_of_a_sender_is_in_the_readers_words(terminal: Terminal, language: str) -> None:
    """On the terminal and in the workbook; the CSV for programs has the same names in every language."""
    inbox = Inbox(terminal.root)
    inbox.agree("school")
    inbox.deliver("school", "1", {"staff.csv": BAD})
    assert terminal.call("key", "init")[0] == 0
    terminal.patch.setenv("BILIMKOZ_PSEUDONYM_KEY", KEY._secret.decode())
    ingest(inbox.places, KEY, NOW, "500MB")
    said = terminal.call("quarantine", language=language)[1]
    for words in (*LABELS[language], *ASKED[language]):
        assert words in said
    assert terminal.call("quarantine", "--xlsx", language=language)[0] == 0
    folder = terminal.root / "quarantine" / "school"
    heading, *rows = openpyxl.load_workbook(folder / "quarantine.xlsx").active.iter_rows(values_only=True)
    assert list(heading) == HEADINGS[language]
    assert [(row[0], row[1], row[2], row[4], row[6]) for row in rows] == [
        ("school/1/staff.csv", FEED[language], place, label, rule)
        for place, label, rule in zip((2, 3, 4), LABELS[language], ("range", "enum", "type"), strict=True)
    ]
    for row, asked in zip(rows, ASKED[language], strict=True):
        assert asked in row[5]
    with (folder / "quarantine.csv").open(encoding="utf-8-sig") as file:
        told = list(csv.DictReader(file))
    assert [(row["feed"], row["column_name"], row["rule"]) for row in told] == [
        ("staff_employment", "load_fte", "range"),
        ("staff_employment", "contract", "enum"),
        ("staff_employment", "end_date", "type"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pattern_is_shown_by_the_contracts_example(language: str) -> None:
    assert "750000000" in of_contract.message(language, "regions", "pattern", "region_code")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_contract_has_a_label(language: str) -> None:
    unnamed = [
        f"{feed}.{column.name}"
        for feed in feeds()
        for column in contract(feed).columns
        if not column.labels.get(language)
    ]
    assert not unnamed


def test_values_are_told_with_their_words_where_the_contract_has_any() -> None:
    column = contract("staff_employment").column("contract")
    worded = type(column)(**{**vars(column), "enum_labels": {"permanent": {"ru": "бессрочный"}}})
    assert of_contract.allowed_values("ru", worded) == "permanent (бессрочный), temporary"
    assert of_contract.allowed_values("kk", worded) == "permanent, temporary"
