"""The registry, the models, the list of them and the page of the indicators say the same."""

from __future__ import annotations

import csv
import re

import pytest

from bilimkoz import indicator_page
from bilimkoz.settings import PROJECT

DBT = PROJECT / "dbt_project"
MODELS = {path.stem[4:].upper(): path for path in (DBT / "models" / "indicators").glob("ind_*.sql")}
#: One entry a model in `indicator([...])`: the formula, and the measure where it is not the main one.
MACROS = re.compile(r"\b(weighted_mean|share|mean|count|ratio|mart)_of\(")
#: Families of the registry that have no models yet.
TO_COME = set("RVX")
#: Codes of other families that have none either: it needs value added by course.
LEFT_OUT = {"O5"}


def rows(seed: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told(model: str) -> dict[str, str]:
    """Measure -> formula, as a model has them."""
    text = MODELS[model].read_text()
    found = {}
    starts = list(MACROS.finditer(text))
    for match, end in zip(starts, [*(other.start() for other in starts[1:]), len(text)], strict=True):
        measure = re.search(r"measure='(\w+)'", text[match.start() : end])
        found[measure.group(1) if measure else "main"] = match.group(1).removeprefix("weighted_")
    return found


def test_every_indicator_has_a_model_and_every_model_a_row() -> None:
    listed = set(re.findall(r"'([a-z]+[0-9]*)'", (DBT / "macros" / "indicator_list.sql").read_text()))
    assert {code.upper() for code in listed} == set(MODELS)
    assert set(MODELS) == {
        row["code"] for row in rows("indicators") if row["family"] not in TO_COME and row["code"] not in LEFT_OUT
    }


@pytest.mark.parametrize("code", sorted(MODELS))
def test_a_model_tells_what_the_registry_says(code: str) -> None:
    (main,) = (row["formula"] for row in rows("indicators") if row["code"] == code)
    others = {row["measure"]: row["formula"] for row in rows("indicator_measures") if row["indicator"] == code}
    assert told(code) == {"main": main} | others


def test_the_page_is_what_the_registry_says() -> None:
    """If not: `make generate`."""
    page = (PROJECT / "docs" / "methods" / "indicators.md").read_text(encoding="utf-8")
    assert page == indicator_page.render()
    for row in rows("indicators"):
        words = (row[f"{text}_{language}"] for text in ("name", "definition") for language in ("kk", "ru", "en"))
        assert all(word in page for word in words)
