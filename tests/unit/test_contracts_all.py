"""The contracts of all feeds: none is missing, and a name, a label, a unit, a value mean the same in each of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import yaml
from contract_facts import FEEDS, LATER, NAMED, TABLES, columns, plain
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from ingest.contract import CONTRACTS, LANGUAGES, Column, contract, feeds

#: Key columns that may be absent: the absence is a value (the whole year, class, school; no object).
OPTIONAL_KEYS = {
    ("assessment_results", "term"),
    ("attendance", "class_code"),
    ("attendance", "pupil_id"),
    ("lesson_counts", "teacher_id"),
    ("platform_events", "object_id"),
}
UNITS = {
    *("n", "hours", "minutes", "weeks", "kzt", "score", "credits", "fte", "year", "ordinal", "indicator")
}  # fmt: skip
#: A unit that the name itself tells.
NAME_TELLS = {"_n": "n", "_kzt": "kzt", "_hours": "hours"}
#: Words that Kazakh and Russian share, most of them borrowed by both.
SAME_WORD = {
    *("Колледж", "Университет", "Кластер", "Меморандум", "Конференция", "Студент", "Супервизор", "Сертификат", "Бизнес"),
    *("Грант", "Микрогрант", "Бакалавриат", "Магистратура", "Докторантура"),
    *("Педагог", "Педагог-модератор", "Педагог-психолог"),
}  # fmt: skip
#: Columns of one name that differ between feeds, and why they may.
DIFFERENT = {
    ("institutions", "kind"): "told from the kind of anything else in a list of schools",
    ("staff_employment", "start_date"): "of a post one says приём, of studies начало",
    ("staff_employment", "end_date"): "of a post one says увольнение, of studies окончание",
    ("enrolments", "left_on"): "of a pupil one says выбытие, of a member of a cluster выход",
    ("quality_checklists", "value"): "a rating in a word, elsewhere an answer in a number",
    ("survey_samples", "invited"): "how many were, elsewhere whether one was",
    ("survey_instruments", "threshold"): "on the scale of the instrument, elsewhere in the unit of an indicator",
}
RETENTION = {"persons", "pupils", "text", "surveys", "reference"}
CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]", re.IGNORECASE)


def _document(feed: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((CONTRACTS / f"{feed}.yaml").read_text(encoding="utf-8"))
    return document


@cache
def _standard() -> Validator:
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text())
    return validator_for(schema)(schema)


def test_every_feed_of_the_design_has_a_contract() -> None:
    assert list(feeds()) == NAMED


@pytest.mark.parametrize("feed", LATER)
def test_valid_by_the_standard_and_of_its_table(feed: str) -> None:
    document = _document(feed)
    _standard().validate(json.loads(json.dumps(document, default=str)))
    assert feed in FEEDS[document["domain"]].split()
    assert document["schema"][0]["name"] == document["name"] == feed
    assert document["description"]["purpose"]
    assert contract(feed).retention_class in RETENTION
    assert contract(feed).max_bad_share == 0.05


@pytest.mark.parametrize("feed", TABLES)
def test_three_labels_and_no_lazy_ones(feed: str) -> None:
    facts = contract(feed)
    labels = [facts.labels, *(column.labels for column in facts.columns)]
    labels += [column.enum_labels[value] for column in facts.columns for value in column.enum]
    for words in labels:
        assert set(words) == set(LANGUAGES), words
        assert all(word.strip() == word != "" for word in words.values()), words
        assert CYRILLIC.search(words["kk"]), words
        assert CYRILLIC.search(words["ru"]), words
        assert not CYRILLIC.search(words["en"]), words
        assert words["kk"] != words["ru"] or words["kk"] in SAME_WORD, words
    for column in facts.columns:
        for language in LANGUAGES:
            values = [plain(column.enum_labels[value][language]) for value in column.enum]
            assert len(set(values)) == len(values), (column.name, language)


def test_shared_words_are_those_in_use() -> None:
    words = [column.labels for _, column in columns()]
    words += [labels for _, column in columns() for labels in column.enum_labels.values()]
    assert {labels["kk"] for labels in words if labels["kk"] == labels["ru"]} == SAME_WORD


@pytest.mark.parametrize("feed", TABLES)
def test_labels_are_unique_in_a_feed(feed: str) -> None:
    for language in LANGUAGES:
        meanings: dict[str, set[str]] = defaultdict(set)
        for column in contract(feed).columns:
            for word in (column.labels[language], re.sub(r"\s*\([^)]*\)", "", column.labels[language])):
                meanings[plain(word)].add(column.name)
        assert {word: names for word, names in meanings.items() if len(names) > 1} == {}


def test_every_number_has_a_unit() -> None:
    for feed, column in columns():
        if column.type in ("int", "bigint", "decimal", "double"):
            assert column.unit in UNITS, (feed, column.name)
            tail = next((unit for end, unit in NAME_TELLS.items() if column.name.endswith(end)), column.unit)
            assert column.unit == tail, (feed, column.name)
        else:
            assert column.unit is None, (feed, column.name)


@pytest.mark.parametrize("feed", LATER)
def test_numbers_and_dates_have_bounds_and_enumerations_are_texts(feed: str) -> None:
    for column in contract(feed).columns:
        if column.type not in ("string", "boolean"):
            assert column.minimum is not None, column.name
            assert column.maximum is not None, column.name
            assert not column.enum, column.name
        if column.enum:
            assert column.type == "string", column.name
        assert column.fill is None, column.name
    assert "transformLogic" not in (CONTRACTS / f"{feed}.yaml").read_text(encoding="utf-8")


def test_lists_say_how_they_are_separated() -> None:
    for feed, column in columns():
        assert column.is_list == ("separated by semicolons" in column.description), (feed, column.name)


def test_columns_of_codes_name_theirseed() -> None:
    assert {column.codes for _, column in columns()} == {None, "subjects", "indicators"}
    for feed in LATER:
        for column in contract(feed).columns:
            expected = {"subject": "subjects", "indicator": "indicators", "kpi_code": "indicators"}.get(column.name)
            assert column.codes == expected, (feed, column.name)


def test_what_is_made_from_a_text_names_it() -> None:
    for feed in LATER:
        made = {column.name: column.made_from for column in contract(feed).columns if column.made_from}
        assert made in ({}, {"text_hash": "text", "text_len_n": "text"}), feed
        assert all(contract(feed).column(text or "").privacy == "text" for text in made.values()), feed


@pytest.mark.parametrize("feed", TABLES)
def test_keys(feed: str) -> None:
    facts = contract(feed)
    assert facts.column(facts.key[0]).required
    absent = {(feed, name) for name in facts.key if not facts.column(name).required}
    assert absent == {(of, name) for of, name in OPTIONAL_KEYS if of == feed}
    positions = [item.get("primaryKeyPosition") for item in _document(feed)["schema"][0]["properties"]]
    assert [place for place in positions if place] == list(range(1, len(facts.key) + 1))


def test_relationships_lead_to_the_first_column_of_a_key() -> None:
    for feed, column in columns():
        if column.references:
            parent, name = column.references
            assert parent in feeds(), (feed, column.name)
            assert name == contract(parent).key[0], (feed, column.name)
            assert contract(parent).column(name).type == column.type, (feed, column.name)


def test_persons_have_a_domain_and_what_tells_them_is_dropped() -> None:
    domains: dict[str, set[str]] = defaultdict(set)
    for feed, column in columns():
        assert (column.domain is not None) == (column.privacy == "person"), (feed, column.name)
        if column.domain:
            domains[column.domain].add(column.name)
    assert set(domains) == {"person", "pupil", "platform", "survey"}
    assert domains["pupil"] == {"pupil_id"}
    assert domains["platform"] == {"user_id"}
    assert domains["survey"] == {"respondent_id"}
    for feed in LATER:
        facts = contract(feed)
        if any(column.privacy == "person" for column in facts.columns):
            dropped = {column.name for column in facts.columns if column.privacy == "drop"}
            assert {"full_name", "phone", "email"} <= dropped, feed
            assert not any(column.required for column in facts.columns if column.privacy == "drop"), feed


@pytest.mark.parametrize("feed", LATER)
def test_class_of_retention_follows_from_the_columns(feed: str) -> None:
    facts = contract(feed)
    marks = {column.privacy for column in facts.columns}
    if any(column.domain == "pupil" for column in facts.columns):
        assert facts.retention_class == "pupils"
    elif "text" in marks:
        assert facts.retention_class in ("text", "surveys")
    elif "person" in marks:
        assert facts.retention_class == "persons"
    else:
        assert facts.retention_class in ("reference", "surveys")


def _meaning(column: Column) -> tuple[Any, ...]:
    labels = tuple(sorted(column.labels.items()))
    return labels, column.type, column.unit, column.privacy, column.domain, column.is_list


def test_one_name_means_the_same_everywhere() -> None:
    meanings: dict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for feed, column in columns():
        meanings[column.name][feed] = _meaning(column)
    for name, of in meanings.items():
        agreed = {meaning for feed, meaning in of.items() if (feed, name) not in DIFFERENT}
        assert len(agreed) <= 1, (name, of)
        listed = [of[feed] for feed in of if (feed, name) in DIFFERENT]
        assert not agreed.intersection(listed), name
    assert all(name in meanings and feed in meanings[name] for feed, name in DIFFERENT)


def test_one_name_has_one_pattern_where_it_has_any() -> None:
    """A region code has its form where regions are defined; elsewhere its reference checks it."""
    patterns: dict[str, set[str]] = defaultdict(set)
    for _, column in columns():
        if column.pattern:
            patterns[column.name].add(column.pattern)
    assert {name for name, variants in patterns.items() if len(variants) > 1} == set()


def test_one_value_has_one_label_in_a_column_of_one_name() -> None:
    """Where two feeds know the same values of a column, a drop-down list says the same words."""
    labels: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
    for _, column in columns():
        if column.enum:
            labels[column.name, frozenset(column.enum)].add(json.dumps(column.enum_labels, sort_keys=True))
    assert {key for key, variants in labels.items() if len(variants) > 1} == set()


def test_sender_scope_names_a_column_of_an_institution() -> None:
    for feed in TABLES:
        scope = contract(feed).sender_scope
        if scope:
            owner = (contract(feed).column(scope).references, (feed, scope))
            assert ("institutions", "institution_id") in owner, feed
            assert contract(feed).column(scope).required, feed
