"""The core facts, held against values that were worked out by hand from the rows of `fact_scenes`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from fact_scenes import AS_OF, built, by_id, told
from fact_world import FactWorld, core_marts
from once import Once

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def facts(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with built(once) as connection:
        yield connection


def test_every_fact_is_built(facts: duckdb.DuckDBPyConnection) -> None:
    built = {
        name
        for (name,) in facts.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
    }
    assert built == set(core_marts())


def test_terms_follow_each_other_without_a_gap(facts: duckdb.DuckDBPyConnection) -> None:
    assert facts.execute("select count(*), count(distinct quarter) from marts.dim_school_term").fetchone() == (400, 400)
    steps = "select starts_on - lag(ends_on) over (order by starts_on) as step from marts.dim_school_term"
    assert told(facts, f"select distinct step from ({steps})") == [(1,), (None,)]
    assert told(facts, "select * from marts.dim_school_term where school_year = '2025/26' and term = 4") == [
        ("2025/26", 2025, 4, "2025/26-Q4", "2025/26-S2", date(2026, 4, 1), date(2026, 8, 31))
    ]


def test_a_day_lies_in_its_periods(facts: duckdb.DuckDBPyConnection) -> None:
    """On both sides of each bound; what was completed after the as-of date is not there."""
    found = by_id(
        facts, "select cast(completed_on as varchar), school_year, semester, quarter, month from marts.fct_training"
    )
    assert found == {
        "2024-02-29": ("2023/24", "2023/24-S2", "2023/24-Q3", "2024-02"),
        "2025-08-31": ("2024/25", "2024/25-S2", "2024/25-Q4", "2025-08"),
        "2025-09-01": ("2025/26", "2025/26-S1", "2025/26-Q1", "2025-09"),
        "2025-10-31": ("2025/26", "2025/26-S1", "2025/26-Q1", "2025-10"),
        "2025-11-01": ("2025/26", "2025/26-S1", "2025/26-Q2", "2025-11"),
        "2025-12-31": ("2025/26", "2025/26-S1", "2025/26-Q2", "2025-12"),
        "2026-01-01": ("2025/26", "2025/26-S2", "2025/26-Q3", "2026-01"),
        AS_OF: ("2025/26", "2025/26-S2", "2025/26-Q3", "2026-03"),
    }


def test_months_quarters_and_terms_have_their_periods(facts: duckdb.DuckDBPyConnection) -> None:
    assert told(facts, "select month, quarter, semester, school_year from marts.fct_attendance") == [
        ("2025-11", "2025/26-Q2", "2025/26-S1", "2025/26")
    ]
    assert told(facts, "select quarter, semester, school_year from marts.fct_lesson_count") == [
        ("2025/26-Q3", "2025/26-S2", "2025/26")
    ]
    assert by_id(facts, "select test, term, quarter, month, score, teacher_id from marts.fct_assessment") == {
        "term_mark": (2, "2025/26-Q2", None, Decimal(4), "p1"),
        "ubt": (None, None, "2026-03", Decimal("91.5"), None),
    }


def test_an_assignment_begins_with_the_year_and_its_end_is_open(facts: duckdb.DuckDBPyConnection) -> None:
    assert by_id(facts, "select subject, person_id, starts_on, ends_on from marts.fct_teaching_assignment") == {
        "physics": ("p1", date(2025, 9, 1), None),
        "algebra": ("p1", date(2026, 1, 12), date(2026, 2, 1)),
    }


def test_scores_of_a_questionnaire(facts: duckdb.DuckDBPyConnection) -> None:
    """`half`: 4, nothing, and 2 turned to 1 + 5 - 2 = 4. `off`: 5, an answer off the scale, and 1 turned to 5."""
    found = by_id(facts, """select respondent_id, items_n, answered_n, off_scale_n, score, score_status, phase, quarter
        from marts.fct_survey_score""")  # fmt: skip
    assert found == {
        "half": (3, 2, 0, 4.0, "ok", "single", "2025/26-Q1"),
        "one": (3, 1, 0, None, "too_few_answers", "single", "2025/26-Q1"),
        "off": (3, 2, 1, 5.0, "ok", "single", "2025/26-Q1"),
        # Answered at one in the morning of 1 November in Almaty; the item x is not of the questionnaire.
        "late": (3, 3, 0, 3.0, "ok", None, "2025/26-Q2"),
        "lost": (0, 0, 0, None, "unknown_instrument", None, "2025/26-Q2"),
    }


def test_scores_of_subscales(facts: duckdb.DuckDBPyConnection) -> None:
    found = told(facts, """select respondent_id, subscale, items_n, answered_n, score, score_status
        from marts.fct_survey_subscale_score where respondent_id in ('half', 'off')""")  # fmt: skip
    assert found == [
        ("half", "leaders", 1, 1, 4.0, "ok"),
        ("half", "peers", 2, 1, None, "too_few_answers"),
        ("off", "leaders", 1, 1, 5.0, "ok"),
        ("off", "peers", 2, 1, None, "too_few_answers"),
    ]


def test_a_day_on_the_platform_is_one_of_almaty(facts: duckdb.DuckDBPyConnection) -> None:
    found = by_id(facts, """select cast(active_on as varchar), events_n, logins_n, comments_n, errors_n
        from marts.fct_platform_day""")  # fmt: skip
    assert found == {
        "2024-02-11": (1, 1, 0, 0),  # UTC+6 until March 2024
        "2026-03-01": (1, 1, 0, 0),
        "2026-03-02": (2, 0, 1, 1),
        AS_OF: (1, 1, 0, 0),
    }


def test_tickets_and_cards(facts: duckdb.DuckDBPyConnection) -> None:
    assert by_id(facts, "select ticket_id, resolved_at, resolve_hours from marts.fct_ticket") == {
        "done": (datetime(2026, 3, 1, 7, 30), Decimal("1.5")),
        "open": (None, None),
    }
    assert by_id(facts, "select card_id, is_closed_in_time from marts.fct_platform_card") == {
        "in time": True,
        "late": False,
        "overdue": False,
        "due today": None,
        "without term": None,
    }


def test_graduates_and_their_placement(facts: duckdb.DuckDBPyConnection) -> None:
    """Of two reports on one graduation the labour ministry's holds; one of another year is of another graduation."""
    found = by_id(facts, """select person_id, programme_code, specialty_code, started_on, quarter, has_placement_report,
        placement_source, employer_id, employed_on, is_teaching_placement from marts.fct_graduate""")  # fmt: skip
    began, term = date(2021, 9, 1), "2024/25-Q4"
    assert found == {
        "two reports": ("6B01101", "6B011", began, term, True, "labour_ministry", "S2", date(2025, 8, 20), True),
        "national g": ("6B01101", "6B011", began, term, True, "career_service", None, None, None),
        "code only": ("6В01777", None, began, term, False, None, None, None, None),
    }


def test_practicum_and_its_journal(facts: duckdb.DuckDBPyConnection) -> None:
    """31 days x 48 / 1461 = 1.0185 months."""
    assert told(facts, "select placement_id, mentor_id, is_ended, practicum_months from marts.fct_practicum") == [
        ("pl", "p1", True, Decimal("1.0185"))
    ]
    found = by_id(
        facts, "select entry_id, author_role, is_on_time, institution_id, cluster_id from marts.fct_practicum_journal"
    )
    assert found == {
        "3 days": ("student", True, "A", "K"),
        "4 days": ("student", False, "A", "K"),
        "by due": ("student", True, "A", "K"),
        "missed": ("student", False, "A", "K"),
        "not yet": ("student", None, "A", "K"),
        "mentor": ("mentor", True, "A", "K"),
    }


def test_pairs_and_their_meetings(facts: duckdb.DuckDBPyConnection) -> None:
    assert by_id(
        facts, "select pair_id, mentor_id, starts_on, ends_on, is_refused, quarter from marts.fct_mentoring_pair"
    ) == {
        "works": ("p1", date(2025, 9, 15), None, False, "2025/26-Q1"),
        "refused": ("p1", None, None, True, "2025/26-Q1"),
        "offered": ("p1", None, None, False, "2025/26-Q3"),
    }
    found = by_id(facts, """select meeting_id, mentor_id, institution_id, is_protocol_complete, is_protocol_empty
        from marts.fct_mentoring_meeting""")  # fmt: skip
    assert found == {
        "whole": ("p1", "A", True, False),
        "short": ("p1", "A", True, True),
        "no part": ("p1", "A", False, True),
        "one part": ("p1", "A", False, False),
    }


def test_lesson_research_and_people_told_twice(facts: duckdb.DuckDBPyConnection) -> None:
    assert told(facts, "select quarter, ended_on, outcome_gain_score from marts.fct_lesson_study_cycle") == [
        ("2025/26-Q2", None, Decimal("-0.5"))
    ]
    # One person under two ids, here and in the attestation: the newer delivery holds.
    assert told(facts, "select person_id, role, cluster_id from marts.fct_lesson_study_participation") == [
        ("p1", "leader", "K")
    ]
    assert told(facts, "select person_id, is_passed from marts.fct_attestation") == [("p1", True)]
    assert by_id(facts, "select depth, is_analysed, is_protocol_empty from marts.fct_lesson_analysis") == {
        "deep": (True, False),
        "surface": (True, False),
        "none": (False, True),
    }


def test_a_video_without_consent_is_not_there(facts: duckdb.DuckDBPyConnection) -> None:
    assert by_id(facts, "select artefact_id, rubric_score from marts.fct_portfolio_artefact") == {
        "shown": None,
        "plan": Decimal(3),
    }


def test_a_row_told_twice_stops_the_run(tmp_path: Path) -> None:
    twice = FactWorld(AS_OF)
    for value in ("yes", "no"):
        row = {"checklist_id": "s", "item": "C1", "cluster_id": "K", "quarter": "2025/26-Q2", "rater": "self"}
        twice.add("quality_checklists", row | {"value": value})
    with pytest.raises(AssertionError, match="unique_grain_fct_checklist"):
        twice.build(tmp_path, "school_terms", "int_school_term", "dim_school_term", "fct_checklist")
