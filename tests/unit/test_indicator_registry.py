"""The registry of indicators says of each code what is computed, of whom, from which feeds, and works an example."""

from __future__ import annotations

import ast
import csv
import operator
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from bilimkoz.settings import PROJECT
from ingest.contract import CONTRACTS

SEEDS = PROJECT / "dbt_project" / "seeds"
KAZAKH = set("әіңғүұқөһӘІҢҒҮҰҚӨҺ")
LANGUAGES = ("kk", "ru", "en")
#: A document may give no starting value and no target.
MAY_BE_EMPTY = {"reference_value", "target_value"}
COLUMNS = [
    *(
        "code",
        "family",
        "formula",
        "unit",
        "direction",
        "frequency",
        "owner_role",
        "name_kk",
        "name_ru",
        "name_en",
        "source",
    ),
    *(
        "document",
        "result_level",
        "scopes",
        "cluster_kinds",
        "sources",
        "told_by",
        "base_feed",
        "counted",
        "minimum_figure",
    ),
    *("reference_value", "target_value", "definition_kk", "definition_ru", "definition_en", "example"),
]
CLOSED = {
    "unit": {"share", "n", "score", "months", "hours", "kzt", "coefficient", "per_100", "per_1000", "difference"},
    "direction": {"higher", "lower", "none"},
    "frequency": {"month", "quarter", "semester", "school_year"},
    "source": {"guide", "cluster_article", "pd_strategy", "regional_recommendations", "hub_article", "own"},
    "result_level": {"input", "process", "result", "impact"},
    "formula": {"share", "mean", "count", "ratio", "mart"},
    "base_feed": {"staff_employment", "lesson_counts", "enrolments", "staff_employment;enrolments", "none"},
}
#: Lists in the order in which their values are written.
LISTS = {
    "scopes": ("cluster", "institution", "region", "country"),
    "cluster_kinds": ("pedagogical_network", "education_production", "psychology_hub"),
}
NUMBERED = re.compile(r"\d+(–\d+)?(; \d+(–\d+)?)*")
UNNUMBERED = re.compile(r"passport, section \d+|stage \d+|whole document")
#: Documents whose lines are not numbered.
WITHOUT_LINES = {"regional_recommendations", "hub_article"}
STEPS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def table(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = table("indicators")
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])


def worked(text: str) -> Decimal:
    """What an expression of numbers, brackets and the four operations comes to."""

    def of(node: ast.expr) -> Decimal:
        if isinstance(node, ast.BinOp):
            return STEPS[type(node.op)](of(node.left), of(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -of(node.operand)
        assert isinstance(node, ast.Constant), ast.dump(node)
        return Decimal(str(node.value))

    plain = text.replace("×", "*").replace("÷", "/").replace("−", "-")
    return of(ast.parse(plain.strip(), mode="eval").body)


def test_there_is_one_row_for_each_code() -> None:
    assert list(ROWS[0]) == COLUMNS
    assert len(ROWS) == len({row["code"] for row in ROWS})


@each_row
def test_every_column_is_filled(row: dict[str, str]) -> None:
    assert {name for name, value in row.items() if not value} <= MAY_BE_EMPTY
    assert not [name for name, value in row.items() if value != " ".join(value.split())]


@each_row
def test_words_are_of_their_lists(row: dict[str, str]) -> None:
    for column, values in CLOSED.items():
        assert row[column] in values, column
    for column, order in LISTS.items():
        named = row[column].split(";")
        assert named == [value for value in order if value in named], column
    assert re.fullmatch(r"[a-z]+", row["counted"])
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", row["owner_role"])


@each_row
def test_the_place_in_the_document_is_named(row: dict[str, str]) -> None:
    if row["source"] == "own":
        assert row["document"] == "own"
    else:
        expected = UNNUMBERED if row["source"] in WITHOUT_LINES else NUMBERED
        assert expected.fullmatch(row["document"]), row["document"]
    for span in re.findall(r"\d+–\d+", row["document"]):
        first, last = span.split("–")
        assert int(first) < int(last)


@each_row
def test_feeds_have_contracts(row: dict[str, str]) -> None:
    feeds = row["sources"].split(";")
    assert len(feeds) == len(set(feeds))
    if feeds != ["all"]:
        assert not [feed for feed in feeds if not (CONTRACTS / f"{feed}.yaml").is_file()]
    assert row["base_feed"] == "none" or set(row["base_feed"].split(";")) <= set(feeds)
    assert row["told_by"] == "none" or set(row["told_by"].split(";")) <= set(feeds)


@pytest.mark.parametrize("row", table("indicator_measures"), ids=lambda row: f"{row['indicator']}-{row['measure']}")
def test_a_measure_is_told_by_feeds_of_its_indicator(row: dict[str, str]) -> None:
    (indicator,) = (each for each in ROWS if each["code"] == row["indicator"])
    feeds = row["told_by"].split(";")
    assert feeds == ["none"] or set(feeds) <= set(indicator["sources"].split(";"))
    assert len(feeds) == len(set(feeds))


@each_row
def test_what_bounds_it_is_a_minimum(row: dict[str, str]) -> None:
    assert row["minimum_figure"] in {"none"} | {minimum["figure"] for minimum in table("minimum_n")}


@each_row
def test_examples_of_the_document_are_in_its_unit(row: dict[str, str]) -> None:
    given = {name: Decimal(row[name]) for name in MAY_BE_EMPTY if row[name]}
    assert all(0 <= value <= (1 if row["unit"] == "share" else 10**9) for value in given.values())
    if len(given) == 2 and row["direction"] == "higher":
        assert given["reference_value"] < given["target_value"]


@each_row
def test_a_count_has_no_example_of_the_document(row: dict[str, str]) -> None:
    """What the country counts is no start for a cluster: an index between the two would turn round."""
    assert row["formula"] != "count" or not (row["reference_value"] or row["target_value"])


@each_row
def test_the_example_comes_to_what_it_says(row: dict[str, str]) -> None:
    for step in row["example"].split("; "):
        left, _, right = step.partition(" = ")
        shown = worked(right or left)
        assert round(worked(left), -int(shown.as_tuple().exponent)) == shown, step
    last = worked(step.rpartition(" = ")[2])
    assert row["unit"] != "share" or 0 < last < 1
    assert row["unit"] != "n" or last > 0


def test_the_last_digit_of_an_example_counts() -> None:
    assert round(worked("2 / 3"), 2) == worked("0.67")
    assert worked("6 × 18000 × 0.3 × 25") == 810000
    assert worked("((4 + 5 + 3) ÷ 3 − 5) × 2") == worked("−2")


@each_row
def test_definitions_are_sentences_of_their_language(row: dict[str, str]) -> None:
    told = {language: row[f"definition_{language}"] for language in LANGUAGES}
    assert len(set(told.values())) == len(LANGUAGES)
    for text in told.values():
        assert text.endswith(".")
        assert 40 <= len(text) <= 400, len(text)
        assert text[0].isupper()
    assert KAZAKH & set(told["kk"])
    for kind in ("definition", "name"):
        assert not KAZAKH & set(row[f"{kind}_ru"])
        assert not re.search(r"[А-Яа-яЁё]", row[f"{kind}_en"])
        for language in ("kk", "ru"):
            assert not re.search(r"[A-Za-z]", row[f"{kind}_{language}"]), (
                "a Latin letter that looks like a Cyrillic one"
            )


@pytest.mark.parametrize("kind", ["name", "definition"])
def test_no_two_codes_say_the_same(kind: str) -> None:
    said = Counter(row[f"{kind}_{language}"].casefold() for row in ROWS for language in LANGUAGES)
    assert not [text for text, times in said.items() if times > 1]
