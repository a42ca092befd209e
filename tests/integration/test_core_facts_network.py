"""The core facts of clusters and registers, held against values that were worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from fact_scenes import AS_OF, built, by_id, told
from once import Once

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def facts(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with built(once) as connection:
        yield connection


def test_payments_are_late_by_days(facts: duckdb.DuckDBPyConnection) -> None:
    found = by_id(facts, "select line_id, due_on, paid_kzt, paid_on, late_days, payment_status from marts.fct_payment")
    assert found == {
        "late": (date(2026, 1, 10), Decimal(900), date(2026, 2, 20), 41, "paid"),
        "early": (date(2026, 1, 10), Decimal(1000), date(2026, 1, 1), 0, "paid"),
        "unpaid": (date(2026, 2, 1), Decimal(0), None, 42, "unpaid"),
        "nothing": (date(2026, 2, 1), Decimal(0), None, 42, "unpaid"),
        "no day": (date(2025, 12, 31), Decimal(0), None, 74, "unpaid"),
        "today": (date(2026, 3, 15), Decimal(0), None, 0, "not_due"),
        "next": (date(2026, 3, 10), Decimal(0), None, 5, "unpaid"),
    }


def test_events_and_who_came(facts: duckdb.DuckDBPyConnection) -> None:
    assert by_id(facts, "select event_id, event_status, quarter, participants_actual_n from marts.fct_event") == {
        "held": ("held", "2025/26-Q2", 3),
        "yet to be": ("planned", "2025/26-Q3", None),
        "off": ("cancelled", "2025/26-Q1", None),
    }
    assert told(facts, "select event_id, person_id, is_invited, is_attended from marts.fct_event_attendance") == [
        ("held", "p1", True, True),
        ("held", "p2", True, False),
        ("yet to be", "p1", True, False),
    ]


def test_lists_become_rows(facts: duckdb.DuckDBPyConnection) -> None:
    """A value twice in a list counts once, and so does an author under two ids."""
    assert told(facts, "select * from marts.bridge_product_institution") == [
        ("joint", "A"),
        ("joint", "U"),
        ("own", "A"),
    ]
    assert told(facts, "select * from marts.bridge_product_author") == [("joint", "p1"), ("joint", "p2")]
    assert by_id(facts, "select product_id, institutions_n, authors_n, is_joint from marts.fct_joint_product") == {
        "joint": (2, 2, True),
        "own": (1, 0, False),
    }
    assert told(facts, "select mean_score, is_rated_high, cluster_id from marts.fct_product_review") == [
        (13 / 3, True, "K")
    ]
    assert by_id(facts, "select agreement_id, is_in_force, parties_n from marts.fct_agreement") == {
        "last day": (True, 2),
        "over": (False, 2),
    }


def test_outcomes_are_aligned_with_key_outcomes_of_another_level(facts: duckdb.DuckDBPyConnection) -> None:
    assert told(facts, "select outcome_code from marts.fct_outcome_alignment where is_aligned") == [("aligned",)]
    assert facts.execute("select count(*) from marts.fct_outcome_alignment").fetchone() == (7,)


def test_actions_ratings_and_deliveries(facts: duckdb.DuckDBPyConnection) -> None:
    assert by_id(facts, "select action_id, is_due, is_done_in_time from marts.fct_action") == {
        "in time": (True, True),
        "overdue": (True, False),
        "due today": (True, None),
        "late": (True, False),
    }
    ratings = told(facts, "select item, cast(item_score as double) from marts.fct_checklist")
    assert [score for _, score in ratings] == [1, 0.5, 0, 0.5, 0, 1]
    assert told(facts, "select file_no, feed, file_state, quarter, read_n from marts.fct_delivery") == [
        (1, "studies", "waiting", "2025/26-Q2", 2),
        (2, "training", "accepted", "2025/26-Q2", 5),
    ]


def test_the_registry_of_indicators_is_whole(facts: duckdb.DuckDBPyConnection) -> None:
    closed = {
        "unit": {"share", "n", "score", "months", "hours", "kzt", "coefficient", "per_100", "per_1000", "difference"},
        "direction": {"higher", "lower", "none"},
        "frequency": {"month", "quarter", "semester", "school_year"},
        "source": {"guide", "cluster_article", "pd_strategy", "regional_recommendations", "hub_article", "own"},
    }
    for column, values in closed.items():
        assert {value for (value,) in told(facts, f"select distinct {column} from marts.dim_indicator")} <= values
    assert not told(facts, "select indicator from marts.dim_indicator where substr(indicator, 1, 1) <> family")


def test_an_end_after_the_as_of_date_is_open(facts: duckdb.DuckDBPyConnection) -> None:
    as_of = date.fromisoformat(AS_OF)
    assert by_id(facts, "select pupil_id, left_on, has_special_needs, is_disadvantaged from marts.fct_enrolment") == {
        "stays": (None, True, None),
        "left": (as_of, True, None),
    }
    assert by_id(facts, "select risk_id, closed_on, threshold_value from marts.fct_risk") == {
        "open": (None, Decimal("0.15"))
    }
    assert by_id(facts, "select module_code, is_credited, decided_on from marts.fct_module_credit") == {
        "now": (True, as_of),
        "soon": (False, None),
        "never": (False, None),
    }
    assert told(facts, "select ended_on, quarter, institutions_n, is_joint from marts.fct_project") == [
        (None, "2025/26-Q1", 2, True)
    ]


def test_what_starts_after_the_as_of_date_is_absent(facts: duckdb.DuckDBPyConnection) -> None:
    of_a = "from marts.fct_climate where institution_id = 'A'"
    assert told(facts, f"select term, quarter, respondents_n, mean_score, sd_score {of_a}") == [
        (1, "2025/26-Q1", 21, Decimal("3.5"), Decimal("0.75"))
    ]
    assert told(facts, "select set_on, target_value from marts.fct_target") == [(date(2026, 3, 15), Decimal("0.8"))]
    assert told(facts, "select awarded_year, person_id, quarter from marts.fct_qualification") == [
        (2020, "p1", None),
        (2025, "p1", "2025/26-Q2"),
    ]


def test_no_two_aggregates_differ_by_few_pupils(facts: duckdb.DuckDBPyConnection) -> None:
    """50 - 25 - 24 leaves one pupil and 30 - 21 leaves nine; 40 - 20 - 20 leaves none, 45 - 30 fifteen; 1 is not in 11А."""
    kept = told(facts, "select class_code from marts.fct_climate where institution_id = 'B'")
    assert {code for (code,) in kept} == {"7А", "7Ә", "8", "8А", "8Ә", "9", "9А", "10А", "1", "11А"}


def test_rows_that_go_on_as_they_came(facts: duckdb.DuckDBPyConnection) -> None:
    assert told(facts, "select calendar_year, vacancies_n, forecast_n from marts.fct_labour_demand") == [(2027, 4, 9)]
    assert told(facts, "select person_id, role, project_kind, quarter from marts.fct_project_participation") == [
        ("p1", "leader", "research", "2025/26-Q1")
    ]
    assert by_id(facts, "select programme_code, is_pedagogical from marts.dim_programme") == {
        "6B01101": True,
        "6B01999": False,
    }
