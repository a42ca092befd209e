"""The registry, the models, the list of them and the page of the indicators say the same."""

from __future__ import annotations

import csv
import re

import pytest

from bilimkoz import alert_page, indicator_page
from bilimkoz.settings import PROJECT

DBT = PROJECT / "dbt_project"
MODELS = {path.stem[4:].upper(): path for path in (DBT / "models" / "indicators").glob("ind_*.sql")}
#: One entry a model in `indicator([...])`: the formula, and the measure where it is not the main one.
MACROS = re.compile(
    r"\b(?:(weighted_mean|share|mean|count|ratio|mart)_of|(response_rate|alpha|omega|agreement)(?:_of)?)\((?:'(\w+)')?"
)


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
        # What has a macro of its own is a ratio, and called after it; agreement after the way it is measured.
        formula, name = (
            (match.group(1).removeprefix("weighted_"), "main")
            if match.group(1)
            else ("ratio", match.group(3) if match.group(2) == "agreement" else match.group(2))
        )
        found[measure.group(1) if measure else name] = formula
    return found


def test_every_indicator_has_a_model_and_every_model_a_row() -> None:
    listing = (DBT / "macros" / "indicator_list.sql").read_text().split("endmacro")[0]
    listed = set(re.findall(r"'([a-z]+[0-9]*)'", listing))
    assert {code.upper() for code in listed} == set(MODELS)
    assert set(MODELS) == {row["code"] for row in rows("indicators")}


def test_lists_of_measures_name_those_of_the_registry() -> None:
    measures = {(row["code"], "main") for row in rows("indicators")}
    measures |= {(row["indicator"], row["measure"]) for row in rows("indicator_measures")}
    since_autumn = (
        (DBT / "macros" / "indicator_list.sql").read_text().split("counted_since_autumn()")[1].split("endmacro")[0]
    )
    named = {(code, measure) for code, measure in re.findall(r"'([A-Z]+\d+) (\w+)'", since_autumn)}
    assert named
    assert named <= measures
    parts = re.findall(r"\('(\w+)', '(\w+)', '(\w+)'\)", (DBT / "macros" / "withheld.sql").read_text())
    assert parts
    assert {(code, measure) for code, *both in parts for measure in both} <= measures


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


def test_the_page_of_alerts_is_what_the_bounds_say() -> None:
    """If not: `make generate`."""
    page = (PROJECT / "docs" / "methods" / "alerts.md").read_text(encoding="utf-8")
    assert page == alert_page.render()
    rules = [row for row in rows("thresholds") if row["code"].startswith("W")]
    assert [row["code"] for row in rules] == [f"W{number:02d}" for number in range(1, 19)]
    assert all(row[f"reaction_{language}"] in page for row in rules for language in ("kk", "ru", "en"))


def test_every_rule_has_a_model() -> None:
    models = {path.stem for path in (DBT / "models" / "alerts").glob("alert_w*.sql")}
    assert models == {f"alert_w{number:02d}" for number in range(1, 19)}
