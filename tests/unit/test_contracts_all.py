"""The contracts of all feeds: none is missing, and a name, a label, a unit, a value mean the same in each of them."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import duckdb
import pytest
import yaml
from contract_rows import BROKEN_AND_GOOD
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from bilimkoz.settings import PROJECT
from bilimkoz.sql import literal
from ingest.contract import CONTRACTS, LANGUAGES, Column, contract, feeds

#: By table: the feeds that the design names.
FEEDS = {
    "registry": (
        "regions institutions institution_statuses institution_successions person_links programmes credit_prices "
        "ehis_institutions ehis_person_cards staff_employment studies graduate_placements qualifications training "
        "attestations enrolments assessment_results teaching_assignments attendance"
    ),
    "network": (
        "clusters cluster_members control_groups targets cluster_passport action_plan cluster_resources agreements "
        "programme_outcomes module_credits network_events event_participants quality_checklists joint_products "
        "product_reviews projects project_participants finance risks labour_demand education_production_kpis"
    ),
    "practicum": (
        "practicum_placements practicum_journal supervisor_visits mentoring_pairs mentoring_meetings portfolios "
        "lesson_study_cycles lesson_study_participants lesson_counts lesson_analyses"
    ),
    "surveys": "survey_instruments survey_waves survey_responses survey_samples climate_aggregates",
    "platform": "platform_events platform_cards support_tickets",
}
NAMED = sorted(name for names in FEEDS.values() for name in names.split())
TABLES = [feed for feed in feeds() if not contract(feed).sections]
#: Contracts that the first feeds had before the rules below; they fill columns by transformLogic, and some have no bounds.
FIRST = {
    "regions", "institutions", "institution_successions", "person_links", "staff_employment", "studies", "qualifications",
    "training", "clusters", "cluster_members",
}  # fmt: skip
LATER = [feed for feed in TABLES if feed not in FIRST]
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
KINDS = contract("institutions").column("kind").enum
CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]", re.IGNORECASE)


def columns() -> Iterator[tuple[str, Column]]:
    return ((feed, column) for feed in TABLES for column in contract(feed).columns)


def _plain(label: str) -> str:
    return "".join(letter for letter in label.lower().replace("ё", "е") if letter.isalnum())


def _document(feed: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((CONTRACTS / f"{feed}.yaml").read_text(encoding="utf-8"))
    return document


@cache
def _standard() -> Validator:
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text())
    return validator_for(schema)(schema)


def _seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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
            values = [_plain(column.enum_labels[value][language]) for value in column.enum]
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
                meanings[_plain(word)].add(column.name)
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


def test_columns_of_codes_name_their_seed() -> None:
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


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for feed in LATER:
            typed = ", ".join(f'"{column.name}" {column.sql_type}' for column in contract(feed).read_columns)
            connection.execute(f'create table "{feed}" ({typed})')
        yield connection


@pytest.mark.parametrize("feed", [feed for feed in LATER if contract(feed).rules])
def test_rules_run_over_the_typed_columns(database: duckdb.DuckDBPyConnection, feed: str) -> None:
    names = [rule.name for rule in contract(feed).rules]
    assert len(set(names)) == len(names)
    for rule in contract(feed).rules:
        query = database.sql(f'select {rule.sql} as holds from "{feed}"')
        assert query.types == ["BOOLEAN"], rule.name
        assert query.fetchall() == []
        assert rule.column in {column.name for column in contract(feed).read_columns}, rule.name
        assert rule.description, rule.name


def test_every_rule_has_a_row_that_breaks_it() -> None:
    assert set(BROKEN_AND_GOOD) == {(feed, rule.name) for feed in LATER for rule in contract(feed).rules}


@pytest.mark.parametrize(("feed", "name"), BROKEN_AND_GOOD)
def test_a_rule_refuses_the_broken_row_and_not_the_good_one(
    database: duckdb.DuckDBPyConnection, feed: str, name: str
) -> None:
    """A rule is broken only where it is false: one that meets an absent value and does not know lets the row pass."""
    rule = next(rule for rule in contract(feed).rules if rule.name == name)
    broken, change = BROKEN_AND_GOOD[feed, name]
    for row, holds in ((broken, False), (broken | change, True)):
        values = ", ".join(
            f"cast({literal(str(row[column.name])) if row.get(column.name) is not None else 'null'} "
            f'as {column.sql_type}) as "{column.name}"'
            for column in contract(feed).read_columns
        )
        found = database.sql(f"select coalesce({rule.sql}, true) from (select {values})").fetchall()
        assert found == [(holds,)], row


def test_patterns_take_what_they_are_for() -> None:
    samples = {
        "school_year": (["2025/26", "1999/00"], ["2025", "2025/2026", "25/26"]),
        "month": (["2026-03", "2026-12"], ["2026-13", "2026-3", "03.2026"]),
        "quarter": (["2025/26-Q3"], ["2025/26-Q5", "2026-Q3"]),
        "indicator": (["R12", "VA", "CE1", "L1"], ["12", "r12", "R 12"]),
        "text_hash": (["0" * 64], ["0" * 32, "G" * 64]),
    }
    found = {column.name: column.pattern for _, column in columns() if column.pattern}
    for name, (good, bad) in samples.items():
        pattern = re.compile(found[name] or "")
        assert all(pattern.fullmatch(text) for text in good), name
        assert not any(pattern.fullmatch(text) for text in bad), name


def test_subjects_are_told_apart_by_any_of_their_names() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for row in _seed("subjects"):
        assert all(row.values()), row
        for word in (*list(row.values())[:5], *row["aliases"].split(";")):
            meanings[_plain(word)].add(row["code"])
    assert {word: codes for word, codes in meanings.items() if len(codes) > 1} == {}


def test_terms_fill_the_school_year_without_gap_or_overlap() -> None:
    start = 2025
    days = [
        tuple(f"{start + int(row[f'{end}_day_years_n'])}-{row[f'{end}_day']}" for end in ("first", "last"))
        for row in _seed("school_terms")
    ]
    assert days[0][0] == "2025-09-01"
    assert days[-1][1] == "2026-08-31"
    joined = duckdb.sql(
        " union all ".join(f"select date '{before[1]}' + 1 = date '{after[0]}'" for before, after in pairwise(days))
    ).fetchall()
    assert joined == [(True,)] * 3
    assert [(row["term"], row["semester"]) for row in _seed("school_terms")] == [
        ("1", "1"), ("2", "1"), ("3", "2"), ("4", "2")
    ]  # fmt: skip


def test_calendar_names_every_feed_once_a_kind_of_institution() -> None:
    rows = _seed("delivery_calendar")
    assert {row["feed"] for row in rows} == set(NAMED)
    assert {row["institution_kind"] for row in rows} <= set(KINDS)
    assert len({(row["feed"], row["institution_kind"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["frequency"] in {"month", "quarter", "semester", "school_year", "calendar_year", "once"}, row
        assert 0 < int(row["days_after_period_end"]) <= 60, row


def test_portfolio_requirements_are_of_the_kinds_of_artefacts() -> None:
    rows = _seed("portfolio_requirements")
    assert [row["kind"] for row in rows] == list(contract("portfolios").column("kind").enum)
    assert {row["required"] for row in rows} == {"true", "false"}
