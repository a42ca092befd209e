"""Headers: three languages, any order and case; what is unknown is set aside, what is missing is named."""

from __future__ import annotations

import unicodedata
from itertools import permutations

import pytest
from ingest_reading import ANNA, SCHOOL, Desk

from ingest.contract import contract
from ingest.problems import Refusal
from ingest.readers.header import match

STAFF = contract("staff_employment")
NEEDED = ["person_id", "institution_id", "position", "start_date"]


@pytest.mark.parametrize(
    "names",
    [
        ["person_id", "institution_id", "position", "start_date"],
        ["Person id", "Institution id", "Position", "Start date"],
        ["ЖСН", "Ұйым БСН", "Лауазымы", "Жұмысқа кірген күні"],
        ["ИИН", "БИН организации", "Должность", "Дата приёма"],
        ["ИИН", "БИН организации", "Должность", "Дата приема"],
        ["  иин ", "бин ОРГАНИЗАЦИИ*", "должность\n", "ДАТА_ПРИЁМА"],
        [unicodedata.normalize("NFD", name) for name in ("ИИН", "БИН организации", "Должность", "Дата приёма")],
        ["ЖСН", "БИН организации", "Position", "start_date"],
    ],
)
def test_words_for_a_column(names: list[str]) -> None:
    assert match(names, STAFF).positions == dict(zip(NEEDED, range(4), strict=True))


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_any_order(order: tuple[int, ...]) -> None:
    found = match([NEEDED[place] for place in order], STAFF).positions
    assert [found[NEEDED[place]] for place in order] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "name", ["Нагрузка (ставка)", "Нагрузка", "нагрузка  ( ставка )", "Жүктемесі", "Load", "Load (FTE)"]
)
def test_a_label_without_its_parentheses(name: str) -> None:
    assert match([*NEEDED, name], STAFF).positions["load_fte"] == 4


def test_unknown_columns_stay_aside() -> None:
    found = match(["Кабинет", *NEEDED, "", "Ғимарат"], STAFF)
    assert found.unknown == {0: "Кабинет", 5: "", 6: "Ғимарат"}


def test_of_unknown_columns_only_name_count_and_kind_are_kept(reading_desk: Desk) -> None:
    content = "\n".join(
        [
            "person_id,institution_id,position,start_date,Кабинет,Принят,Примечание,Код 810101300018",
            f"{ANNA},{SCHOOL},teacher,2020-09-01,12,01.09.2020,тихая секретная фраза,",
            f"810101300028,{SCHOOL},teacher,2020-09-01,,,x,7",
        ]
    )
    reading = reading_desk.read(content.encode())
    assert reading.parsed.notes["unknown_columns"] == [
        {"name": "Кабинет", "filled_n": 1, "type": "number"},
        {"name": "Принят", "filled_n": 1, "type": "date"},
        {"name": "Примечание", "filled_n": 2, "type": "text"},
        {"name": "Код …", "filled_n": 1, "type": "number"},
    ]
    assert "секретная" not in f"{reading.landed}{reading.parsed}"


def test_missing_columns_are_named_with_the_closest_found() -> None:
    with pytest.raises(Refusal, match="columns_missing") as caught:
        match(["person_id", "institution", "Должность", "Дата приёмки"], STAFF)
    assert caught.value.facts["columns"] == ["institution_id", "start_date"]
    assert caught.value.facts["closest"] == {"institution_id": ["institution"], "start_date": ["Дата приёмки"]}


def test_a_column_twice() -> None:
    with pytest.raises(Refusal, match="column_twice") as caught:
        match([*NEEDED, "ИИН"], STAFF)
    assert caught.value.facts == {"column": "person_id"}


def test_a_list_without_a_header_shows_no_person(reading_desk: Desk) -> None:
    """Its first row stands where names should; the refusal must not repeat it."""
    reading = reading_desk.read(f"{ANNA},{SCHOOL},Должность,2020-09-01\n".encode())
    assert reading.refusal == "columns_missing"
    assert reading.parsed.problem is not None
    assert ANNA not in str(reading.parsed.problem.facts)


@pytest.mark.parametrize("first", ["Позиция", "Дина приёмова", "Должностьев", "ЖСНұр"])
def test_a_list_without_a_header_quotes_no_word_of_it(reading_desk: Desk, first: str) -> None:
    """Somebody's name may be close to a label; where no name is known, there is no header."""
    reading = reading_desk.read(f"{ANNA},{SCHOOL},{first},2020-09-01\n".encode())
    assert reading.parsed.problem is not None
    assert (reading.refusal, list(reading.parsed.problem.facts)) == ("header_missing", ["columns"])


def test_names_that_look_like_data_are_not_proposed() -> None:
    with pytest.raises(Refusal, match="columns_missing") as caught:
        match(["person_id", "institution_id", "start_date", "position 8101013", "position@x.kz", "Позитиона"], STAFF)
    assert caught.value.facts["closest"] == {"position": []}
