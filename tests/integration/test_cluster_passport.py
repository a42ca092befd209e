"""The passport of cluster W, worked out by hand from `indicator_scenes`."""

from __future__ import annotations

from datetime import date

import pytest
from indicator_scenes import world
from once import Once

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
AS_OF, FILE, YEAR_END = date(2026, 9, 15), date(2026, 9, 10), date(2026, 12, 31)


@pytest.fixture(scope="module")
def passport(once: Once) -> dict[tuple[int, str], tuple[str | None, str, date | None]]:
    folder = once("indicators of production, courses and psychologists", lambda folder: world().build(folder))
    with connect(folder / "warehouse.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "select section, field, value, source_feed, valid_on from marts.cluster_passport where cluster_id = 'W'"
        ).fetchall()
    return {(section, field): (value, feed, day) for section, field, value, feed, day in rows}


def test_every_field_is_told_with_its_feed_and_its_day(
    passport: dict[tuple[int, str], tuple[str | None, str, date | None]],
) -> None:
    """The file came at 20:00 UTC of the 9th, which is the 10th in Almaty."""
    members = {
        (2, f"member/{institution}"): ("enterprise", "cluster_members", date(2024, 9, 1)) for institution in "CU"
    }
    assert passport == members | {
        (1, "name_kk"): ("W", "clusters", FILE),
        (1, "name_ru"): ("Кластер", "clusters", FILE),
        (1, "name_en"): (None, "clusters", FILE),
        (1, "kind"): ("education_production", "clusters", FILE),
        (1, "founded_on"): ("2024-09-01", "clusters", FILE),
        # A left the day before; F is a member for this one day, B from the next.
        (2, "member/F"): ("enterprise", "cluster_members", AS_OF),
        (2, "founder/F"): ("true", "cluster_members", AS_OF),
        (2, "duties/F"): ("lends its workshop", "cluster_members", AS_OF),
        (3, "legal_form"): ("union", "clusters", FILE),
        (4, "region_code"): ("110000000", "clusters", FILE),
        (5, "goals"): (None, "clusters", FILE),
        (5, "stage"): ("pilot", "clusters", FILE),
        (6, "specialisations"): (None, "clusters", FILE),
        # All five are due; one is not done.
        (7, "actions_n"): ("5", "action_plan", AS_OF),
        (7, "actions_due_n"): ("5", "action_plan", AS_OF),
        (7, "actions_done_n"): ("4", "action_plan", AS_OF),
        # One ended today. Of two wordings the later is of today, a third is of tomorrow.
        (8, "running_projects_n/innovation"): ("1", "projects", AS_OF),
        (8, "wording_on"): ("2026-09-15", "cluster_passport", AS_OF),
        (9, "planned_kzt/business/2026"): ("2000.00", "finance", AS_OF),
        (9, "paid_kzt/business/2026"): ("400.00", "finance", AS_OF),
        # What stays, what has no first day, and what is shared from 1 September.
        (10, "shared_resources_n/workshop"): ("3", "cluster_resources", AS_OF),
        # 2026 is the last year that is told of.
        (11, "monitoring_kpis"): (None, "clusters", FILE),
        (11, "learners_n"): ("500", "education_production_kpis", YEAR_END),
        (11, "dual_learners_n"): ("99", "education_production_kpis", YEAR_END),
        (11, "goods_services_kzt"): (None, "education_production_kpis", YEAR_END),
        (11, "employer_investment_kzt"): (None, "education_production_kpis", YEAR_END),
        (11, "equipment_modernised_kzt"): (None, "education_production_kpis", YEAR_END),
        # 36 / 8 and 32 / 8 of 2025/26, which is over.
        (11, "satisfaction_score/students"): ("4.50", "survey_responses", date(2026, 8, 31)),
        (11, "satisfaction_score/employers"): ("4.00", "survey_responses", date(2026, 8, 31)),
    }
