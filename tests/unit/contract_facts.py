"""The feeds that there are to be, and what the tests of their contracts ask in common."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from bilimkoz.settings import PROJECT
from ingest.contract import Column, contract, feeds

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


def columns() -> Iterator[tuple[str, Column]]:
    return ((feed, column) for feed in TABLES for column in contract(feed).columns)


def plain(label: str) -> str:
    return "".join(letter for letter in label.lower().replace("ё", "е") if letter.isalnum())


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
