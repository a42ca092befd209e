"""The cluster table as a person reads it, in three languages, worked out by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import duckdb
import polars as pl
import pytest
import yaml

from bilimkoz.settings import PROJECT
from bilimkoz.texts import catalogue
from ingest.contract import LANGUAGES
from publish.cluster_table import FAMILIES, cluster_table, open_warnings

SEEDS = PROJECT / "dbt_project" / "seeds"
#: indicator, period, value, low, high, n, trend, band, target, its day, members, delivered, status
TOLD = [
    ("M3", "2024/25", 0.5, 0.3, 0.7, 20, "none", "none", None, None, 7, 7, "ok"),
    ("M3", "2025/26", 0.084, 0.042, 0.9, 1250, "worse", "short_of_target", 1.0, "2027-09-01", 7, 7, "ok"),
    ("T1", "2025/26", 3.456, 3.1, 3.9, 40, "same", "target_met", 3.2, None, 7, 7, "ok"),
    ("X2", "2025/26", 1250000.0, None, None, 3, "none", "none", None, None, 7, 7, "ok"),
    ("L3", "2025/26", None, None, None, None, "none", "none", None, None, 7, 5, "not_collected"),
    ("E1", "2025/26", None, None, None, None, "none", "none", None, None, 7, 7, "not_applicable"),
    ("G1", "2024/25", 0.7, 0.6, 0.8, 90, "none", "none", None, None, 7, 7, "ok"),
    ("G1", "2025/26", None, None, None, None, "none", "none", None, None, 7, 7, "not_yet_observed"),
    ("P10", "2025/26", 1.5, None, None, 12, "none", "none", None, None, 7, 7, "ok"),
    ("P7", "2025/26", None, None, None, 4, "none", "none", None, None, 7, 7, "too_few"),
    ("L3", "2026/27", None, None, None, None, "none", "none", None, None, 7, 5, "not_yet_observed"),
]


@pytest.fixture
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.dim_indicator as select *, code as indicator from '{SEEDS / 'indicators.csv'}'"
        )
        connection.execute("""
            create table marts.cluster_indicator (indicator text, period text, value double, ci_low double, ci_high double,
                n bigint, trend text, band text, target double, target_on date, members_n bigint, delivered_n bigint,
                status text)""")
        connection.executemany(f"insert into marts.cluster_indicator values ({', '.join('?' * 13)})", TOLD)
        connection.execute("""
            create or replace table marts.cluster_indicator as
            select c.*, 'cluster' as scope, 'c1' as scope_id, 'school_year' as period_kind, 'main' as measure, i.owner_role
            from marts.cluster_indicator as c inner join marts.dim_indicator as i using (indicator)""")
        yield connection


def lines(table: pl.DataFrame) -> dict[str, tuple[str | None, ...]]:
    return {str(row[1]): row[2:] for row in table.iter_rows()}


def test_figures_are_written_as_people_write_them(marts: duckdb.DuckDBPyConnection) -> None:
    table = cluster_table(marts, "c1", "en")
    assert table.columns == [
        "Field",
        "Indicator",
        "School year",
        "Figure",
        "95 % interval",
        "Counted",
        "Before",
        "Change",
        "Target",
        "Reading",
        "Answers for it",
    ]
    # The newest year in which each is told; what is not asked of the cluster is left out; nothing else is.
    assert lines(table) == {
        "Share of analysed lessons": (
            "2025/26", "", "", "", "", "", "",
            "no data delivered; 2 of 7 institutions have not delivered", "deputy head",
        ),
        "Months of practicum per student": ("2025/26", "", "", "4", "", "", "", "too few to tell", "college curator"),
        "Share of young teachers with a mentor": (
            "2025/26", "8.4 %", "4.2 % – 90 %", "1\u00a0250", "50 %", "worse", "100 % by 2027-09-01", "short of the target",
            "school coordinator",
        ),
        "Share of graduates placed in schools": ("2024/25", "70 %", "60 % – 80 %", "90", "", "", "", "", "career service"),
        "Trust index": (
            "2025/26", "3.46", "3.10 – 3.90", "40", "", "no clear change", "3.20", "target met", "monitoring coordinator",
        ),
        "Practicants per mentor": ("2025/26", "1.5", "", "12", "", "", "", "", "college curator"),
        "Income of projects": ("2025/26", "1\u00a0250\u00a0000 ₸", "", "3", "", "", "", "", "network council"),
    }  # fmt: skip
    fields = "Lesson study, Graduates and attestation, Practicum, Practicum, Mentoring, Trust and well-being, Projects"
    assert table["Field"].to_list() == fields.split(", ")


@pytest.mark.parametrize(
    ("language", "figure", "target"),
    [("ru", "8,4 %", "100 % к 01.09.2027"), ("kk", "8,4 %", "100 %, мерзімі 01.09.2027")],
)
def test_other_languages_have_their_comma_and_their_days(
    marts: duckdb.DuckDBPyConnection, language: str, figure: str, target: str
) -> None:
    row = cluster_table(marts, "c1", language, "2025/26").row(4)
    assert (row[3], row[8]) == (figure, target)


def test_another_year_and_another_cluster(marts: duckdb.DuckDBPyConnection) -> None:
    assert cluster_table(marts, "c1", "en", "2024/25")["Figure"].to_list() == ["70 %", "50 %"]
    assert cluster_table(marts, "nowhere", "en").is_empty()


def test_open_warnings_say_what_to_do(marts: duckdb.DuckDBPyConnection) -> None:
    """One line a rule: how many are open, since the first, and the figure of the last; closed ones and others are left out."""
    marts.execute("""
        create table marts.cluster_alert as
        select rule, opened_on::date as opened_on, closed_on::date as closed_on, value, bound_value, unit, owner_role,
            'Talk' as reaction_en, cluster_id, rule || opened_on as alert_id
        from (values
            ('W12', 'c1', '2026-05-10', null, 95.0, 92.0, 'days', 'risk_owner'),
            ('W12', 'c1', '2026-03-10', null, 150.0, 92.0, 'days', 'head_of_finance'),
            ('W12', 'c1', '2025-03-10', '2025-04-01', 99.0, 92.0, 'days', 'risk_owner'),
            ('W01', 'c2', '2026-03-31', null, 0.5, 0.6, 'share', 'me_coordinator'),
            ('W02', 'c1', '2025-12-31', null, 0.4, 0.0, 'difference', 'mentoring_group')
        ) as t(rule, cluster_id, opened_on, closed_on, value, bound_value, unit, owner_role)""")
    assert open_warnings(marts, "c1", "en").rows() == [
        ("More and more refuse to mentor", "1", "2025-12-31", "", "", "Talk", "mentoring group"),
        (
            "A risk has not been reviewed for long",
            "2",
            "2026-03-10",
            "95 days",
            "92 days",
            "Talk",
            "head of finance, risk owner",
        ),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    """Of the registry: families, units and owners; of the mart: statuses, bands and trends."""
    with (SEEDS / "indicators.csv").open(encoding="utf-8", newline="") as file:
        registry = list(csv.DictReader(file))
    with (SEEDS / "indicator_measures.csv").open(encoding="utf-8", newline="") as file:
        units = {row["unit"] for row in csv.DictReader(file)} | {row["unit"] for row in registry}
    with (SEEDS / "thresholds.csv").open(encoding="utf-8", newline="") as file:
        thresholds = list(csv.DictReader(file))
    owners = {row["owner_role"] for row in [*thresholds, *registry]}
    suite = yaml.safe_load((PROJECT / "expectations/suites/marts/cluster_indicator.yaml").read_text(encoding="utf-8"))[
        "one_of"
    ]
    words = catalogue(language)

    def missing(section: str, codes: set[str]) -> list[str]:
        return sorted(code for code in codes if f"{section}.{code}" not in words)

    assert not missing("warning", {row["code"] for row in thresholds if row["code"].startswith("W")})
    assert not missing("sign", {row["unit"] for row in thresholds if row["code"].startswith("W")})
    assert not missing("family", {row["family"] for row in registry})
    assert {row["family"] for row in registry} == set(FAMILIES)
    assert not missing("sign", units)
    assert not missing("role", owners)
    # Nothing is said of what is told and has neither target nor start, and of what has nothing to be compared with.
    assert not missing("reading", {*suite["status"], *suite["band"]} - {"ok", "none"})
    assert not missing("trend", set(suite["trend"]) - {"none"})
