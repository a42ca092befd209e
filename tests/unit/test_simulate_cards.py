"""Person cards of the simulator: the quirks are there, and what is planted lies on the card and leaf it should."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree
from simulated_files import is_isikukood, manifests

from ingest.simulate import simulate

TARGETS = {
    "oping": "studies",
    "tootamine": "staff_employment",
    "taiendkoolitus": "training",
    "tasemeharidus": "qualifications",
    "kvalifikatsioon": "qualifications",
}
Card = dict[str, Any]


@pytest.fixture(scope="module", params=["tiny", "demo"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp(request.param)
    simulate(path, request.param, seed=1)
    return path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    simulate(path, "demo", seed=1)
    return path


def _tree(element: Any) -> Any:
    """An element as JSON would have it: text, or children by name, a name that comes again being a list."""
    if not len(element):
        return element.text
    fields: dict[str, Any] = {}
    for child in element:
        value = _tree(child)
        if child.tag in fields:
            fields[child.tag] = (
                [*fields[child.tag], value] if isinstance(fields[child.tag], list) else [fields[child.tag], value]
            )
        else:
            fields[child.tag] = value
    return fields


def _files(root: Path) -> Iterator[tuple[str, str, list[tuple[Card, Card]]]]:
    """Delivery, path and (answer, card) of every file of cards; the card of an error is empty."""
    for folder, manifest in manifests(root):
        for entry in manifest["files"]:
            path = folder / entry["path"]
            if entry["feed"] != "ehis_person_cards":
                continue
            if path.suffix == ".xml":
                answers = [_tree(element) for element in etree.parse(str(path)).getroot()]
                yield folder.name, path.name, [(answer, {} if "error" in answer else answer) for answer in answers]
            else:
                content = json.loads(path.read_text(encoding="utf-8"))
                answers = content if isinstance(content, list) else [content]
                yield folder.name, path.name, [(answer, answer.get("value", {})) for answer in answers]


def _leaves(card: Card, name: str) -> list[Card]:
    value = card.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _iso(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _dotted(text: str | None) -> date | None:
    return datetime.strptime(text, "%d.%m.%Y").date() if text else None


def _violation(name: str, leaf: Card) -> tuple[str, str] | None:
    """(column, rule) that a leaf breaks, by the rules for its list."""
    try:
        if name == "tootamine":
            return _post_violation(leaf)
        if name == "oping":
            begins, ends = _dotted(leaf["oppAlgus"]), _dotted(leaf.get("oppLopp"))
            return ("end_date", "dates_in_order") if begins and ends and ends < begins else None
        if name == "taiendkoolitus":
            _iso(leaf["loppKp"])
            return None if leaf.get("maht") is not None else ("hours", "required")
    except ValueError:
        return ("start_date" if name == "tootamine" else "completed_on", "type")
    if name == "kvalifikatsioon":
        if leaf.get("aasta") is None:
            return "awarded_year", "required"
        return None if 1940 <= int(leaf["aasta"]) <= 2100 else ("awarded_year", "range")
    return None


def _post_violation(leaf: Card) -> tuple[str, str] | None:
    begins, ends = _iso(leaf["ametikohtAlgus"]), _iso(leaf.get("ametikohtLopp"))
    load = leaf.get("amtikohtKoormus", leaf.get("ametikohtKoormus"))
    if leaf.get("ametikoht") is None:
        return "position", "required"
    if ends is None and str(leaf["kehtiv"]) == "0":
        return "end_date", "open_post_is_valid"
    if ends and begins and ends < begins:
        return "end_date", "dates_in_order"
    return None if 0 <= float(load) <= 3 else ("load_fte", "range")


def test_quarantine_is_what_was_planted_by_card_and_leaf(root: Path) -> None:
    found: set[tuple[Any, ...]] = set()
    empty: set[tuple[Any, ...]] = set()
    repeated: set[tuple[Any, ...]] = set()
    for delivery, path, cards in _files(root):
        for number, (answer, card) in enumerate(cards, 1):
            if "error" in answer:
                empty.add((delivery, path, number))
                continue
            is_known = is_isikukood(card["isikuandmed"]["isikukood"])
            for name, target in TARGETS.items():
                leaves = _leaves(card, name)
                keys = Counter(_key(leaf) for leaf in leaves) if name == "tootamine" else Counter()
                for item, leaf in enumerate(leaves, 1):
                    place = (delivery, path, target, number, f"{name}[{item}]")
                    violation = _violation(name, leaf) if is_known else ("person_id", "identifier")
                    if violation:
                        found.add((*place, *violation))
                    elif (
                        keys[_key(leaf)] > 1
                        and len({json.dumps(other) for other in leaves if _key(other) == _key(leaf)}) > 1
                    ):
                        found.add((*place, "person_id", "conflict"))
                    elif keys[_key(leaf)] > 1 and leaf in leaves[: item - 1]:
                        repeated.add(place)
    planted = pl.read_parquet(root / "truth" / "planted_defects.parquet").filter(sender="ehis")
    columns = ("delivery", "path", "feed", "row", "item", "column", "rule")
    assert found == set(planted.select(columns).rows())
    notes = pl.read_parquet(root / "truth" / "planted_notes.parquet").filter(sender="ehis")
    assert empty == set(notes.filter(note="empty").select("delivery", "path", "row").rows())
    assert repeated == set(notes.filter(note="repeated").select("delivery", "path", "feed", "row", "item").rows())


def _key(leaf: Card) -> tuple[Any, ...]:
    return leaf.get("oppeasutusId"), leaf.get("ametikoht"), leaf.get("ametikohtAlgus")


def test_quirks_of_real_answers_are_there(demo: Path) -> None:
    shapes: Counter[str] = Counter()
    for _, path, cards in _files(demo):
        for _, card in cards:
            form = path.rsplit(".", 1)[1]
            for name in TARGETS:
                value = card.get(name, "absent") if card else "error"
                shapes[
                    f"{form} {'empty' if value == [] else type(value).__name__ if value != 'absent' else 'absent'}"
                ] += 1
            for leaf in _leaves(card, "tootamine"):
                shapes[f"{form} {'ametikohtKoormus' if 'ametikohtKoormus' in leaf else 'amtikohtKoormus'}"] += 1
                shapes[f"{form} zone"] += "+" in leaf["ametikohtAlgus"]
                shapes["leave"] += leaf["lapsehooldusPuhkus"] == "Jah"
                shapes["running"] += leaf.get("ametikohtLopp") is None and str(leaf["kehtiv"]) == "1"
            text = json.dumps(card, ensure_ascii=False)
            shapes["quotes"] += "„" in text
            shapes["escaped"] += '\\"' in text
            shapes["spaces"] += "Tartu  Ülikool" in text
    for shape in (
        "json list",
        "json dict",
        "json NoneType",
        "json empty",
        "json absent",
        "xml list",
        "xml dict",
        "xml absent",
    ):
        assert shapes[shape] > 10, shape
    assert shapes["json amtikohtKoormus"] > 100
    assert shapes["xml ametikohtKoormus"] > 100
    assert shapes["json ametikohtKoormus"] == shapes["xml amtikohtKoormus"] == shapes["json zone"] == 0
    assert min(shapes[name] for name in ("xml zone", "leave", "running", "quotes", "escaped", "spaces")) > 0


def test_cards_tell_the_true_career(demo: Path) -> None:
    """The last answer about a person holds the posts of the truth that begin by its day, besides planted ones."""
    told: dict[str, set[tuple[Any, ...]]] = {}
    for delivery, _, cards in _files(demo):
        for _, card in cards:
            if delivery == "2026-09-14" and card:
                told[card["isikuandmed"]["isikukood"]] = {
                    (str(leaf["oppeasutusId"]), _iso(leaf["ametikohtAlgus"]), _iso(leaf.get("ametikohtLopp")))
                    for leaf in _leaves(card, "tootamine")
                    if leaf.get("ametikoht") not in ("logopeed", None)
                }
    people = pl.read_parquet(demo / "truth" / "people.parquet").filter(register="ee.isikukood")
    day = date(2026, 9, 14)
    posts = (
        pl.read_parquet(demo / "truth" / "posts.parquet")
        .join(people.select("person", "person_id"), on="person")
        .filter(pl.col("start") <= day)
        .with_columns(end=pl.when(pl.col("end") <= day).then("end"))
    )
    assert posts["person_id"].n_unique() > 300
    for (code,), own in posts.group_by("person_id"):
        assert set(own.select("institution_id", "start", "end").rows()) == told[str(code)]
