"""Lines of the mirror are of figures that exist, by periods that they have, and those about people ask for eight of them."""

from __future__ import annotations

import csv
import re

import pytest

from bilimkoz.settings import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"
KINDS = ["month", "quarter", "semester", "school_year"]
LANGUAGES = ("kk", "ru", "en")
#: What is answered in a questionnaire, and what is said of young teachers, their mentors and the inductions they pass.
OF_PEOPLE = {"T1", "T3", "T4", "D1", "D2", "D4", "P4", "P13", "M1", "M2", "M3", "P10", "P11", "P15"}
#: Whose n counts meetings or weeks.
BY_PAIRS = {"M1", "M2"}


def table(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LINES = table("mirror_panels")
WORDS = {(row["kind"], row["code"]): row for row in table("mirror_words")}
INDICATORS = {row["code"]: row for row in table("indicators")}
MEASURES = {(code, "main") for code in INDICATORS} | {
    (row["indicator"], row["measure"]) for row in table("indicator_measures")
}
each_line = pytest.mark.parametrize("line", LINES, ids=lambda line: line["line_no"])


def is_of_an_indicator(line: dict[str, str]) -> bool:
    return line["indicator"] not in ("alerts", "actions")


@each_line
def test_words_are_known(line: dict[str, str]) -> None:
    assert ("question", line["question"]) in WORDS
    assert ("panel", line["panel"]) in WORDS
    assert all(("comparison", name) in WORDS for name in line["comparisons"].split(";"))


@each_line
def test_figures_exist_of_institutions(line: dict[str, str]) -> None:
    if not is_of_an_indicator(line):
        assert ("figure", f"{line['indicator']}/{line['measure']}") in WORDS
        assert line["period_kind"] == "none"
        return
    indicator = INDICATORS[line["indicator"]]
    assert (line["indicator"], line["measure"]) in MEASURES
    assert "institution" in indicator["scopes"].split(";")
    assert KINDS.index(line["period_kind"]) >= KINDS.index(indicator["frequency"])
    if "cluster" in line["comparisons"].split(";"):
        assert "cluster" in indicator["scopes"].split(";")


@each_line
def test_eight_people_are_asked_for_where_it_is_about_them(line: dict[str, str]) -> None:
    assert int(line["least_n"]) == (8 if line["indicator"] in OF_PEOPLE else 0)
    expected = "pairs" if line["indicator"] in BY_PAIRS else "n" if line["indicator"] in OF_PEOPLE else "none"
    assert line["counted_people"] == expected


def test_surveys_of_the_registry_are_among_those_about_people() -> None:
    """But for rates and pulses that are on no page."""
    asked = {code for code, row in INDICATORS.items() if "survey_responses" in row["told_by"].split(";")}
    shown = {line["indicator"] for line in LINES}
    assert (asked & shown) <= OF_PEOPLE


def test_questions_stand_in_their_order_and_lines_in_that_of_the_page() -> None:
    numbers = [int(line["line_no"]) for line in LINES]
    assert numbers == sorted(set(numbers))
    assert list(dict.fromkeys(line["question"] for line in LINES)) == [
        "what_happened",
        "why",
        "what_next",
        "what_to_do",
    ]


def test_no_reason_for_leaving_and_nothing_of_pupils_minds_is_shown() -> None:
    assert not {"RF", "H3"} & {line["indicator"] for line in LINES}


def test_words_are_of_their_languages() -> None:
    for row in WORDS.values():
        assert not re.search(r"[A-Za-z]", row["name_kk"] + row["name_ru"]), row
        assert not re.search(r"[А-Яа-яЁё]", row["name_en"]), row
        assert len({row[f"name_{language}"] for language in LANGUAGES}) == len(LANGUAGES)
