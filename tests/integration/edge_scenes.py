"""The network of `indicator_world` where members come and go, feeds fall silent, plans change and few people answer.

Each scene has a cluster or a school of its own kind of trouble; what is told of it stands in the tests that read it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alert_world import DAYS
from fact_world import BETWEEN, SEEDS, core_marts
from indicator_world import INDICATORS, STAFF, IndicatorWorld, network
from once import Once

MODELS = (*SEEDS, *BETWEEN, *STAFF, *core_marts(), *INDICATORS, "path:models/alerts", "cluster_alert")


def edges() -> IndicatorWorld:
    w = network()
    for scene in (
        _members,
        _cycle,
        _tickets,
        _refusals,
        _pulse,
        _money,
        _files,
        _goals,
        _projects,
        _registry,
        _answers,
    ):
        scene(w)
    return w


def warehouse(once: Once) -> Path:
    return once("edges", lambda folder: edges().build(folder, *MODELS)) / "warehouse.duckdb"


def _members(w: IndicatorWorld) -> None:
    """Cluster N: G is of it for good; H was until August 2025 and is of M since; nobody of N or M sends anything."""
    place = {"kind": "school", "region_code": "111000000", "status": "active"}
    w.add("institutions", *({"institution_id": name} | place for name in ("G", "H")))
    oblast = {"region_code": "190000000", "level": "oblast", "parent_code": "100000000", "name_kk": "n", "name_ru": "n"}
    w.add("regions", oblast)
    w.add("institutions", {"institution_id": "W"} | place | {"region_code": "190000000"})
    named = {"name_kk": "n", "kind": "pedagogical_network", "stage": "pilot", "region_code": "110000000"}
    w.add("clusters", named | {"cluster_id": "N", "founded_on": "2022-09-01"})
    member = {"role": "partner_school"}
    w.add(
        "cluster_members",
        member | {"cluster_id": "N", "institution_id": "G", "joined_on": "2022-09-01"},
        member | {"cluster_id": "N", "institution_id": "H", "joined_on": "2022-09-01", "left_on": "2025-08-31"},
        member | {"cluster_id": "M", "institution_id": "H", "joined_on": "2025-09-01"},
    )


def _cycle(w: IndicatorWorld) -> None:
    """Cycles without gain at A, which is a member of K and of P, under the name of K: one of group g, two of group h."""
    told = {"cluster_id": "K", "institution_id": "A", "topic": "t", "artefacts_complete": 4, "stage_reached": 4}
    gain = {"outcome_before": "3", "outcome_after": "3", "external_expert": False, "started_on": "2025-09-10"}
    for group, ends in (("g", ("2025-12-10",)), ("h", ("2025-12-10", "2026-03-10"))):
        for ended_on in ends:
            w.add(
                "lesson_study_cycles",
                told | gain | {"cycle_id": f"{group} {ended_on}", "group_id": group, "ended_on": ended_on},
            )


def _tickets(w: IndicatorWorld) -> None:
    """Requests of K: 100, 170, and then none."""
    for month, count in (("2025-10", 100), ("2025-11", 170)):
        told = {"opened_at": f"{month}-10T05:00:00", "category": "login", "cluster_id": "K"}
        w.add("support_tickets", *(told | {"ticket_id": f"{month}-{n}"} for n in range(count)))


def _refusals(w: IndicatorWorld) -> None:
    """Refusals of 20 offers at D: 2, 4, 8 and, after a quarter without offers, 10, 12 and 12."""
    days = ("2024-10-01", "2024-11-20", "2025-02-10", None, *DAYS[:3])
    for place, (day, refused) in enumerate(zip(days, (2, 4, 8, 0, 10, 12, 12), strict=True)):
        for number in range(20 if day else 0):
            said_no = number < refused
            pair = {"pair_id": f"{place}-{number}", "mentor_id": f"m{number}", "institution_id": "D"}
            begun = {} if said_no else {"starts_on": day, "mentee_id": f"y{place}{number}"}
            told = {"offered_on": day, "mentor_refused": said_no, "mentor_trained": True}
            w.add("mentoring_pairs", pair | told | begun)


def _pulse(w: IndicatorWorld) -> None:
    """Negative answers. K: 2 of 20, all of 5, who are too few, 4 and 8 of 20. M: 2, 4 and, in a wave that runs, 8 of 20."""
    item = {"instrument": "pulse", "scale_min": "1", "scale_max": "5", "reverse": False}
    w.add("survey_instruments", *(item | {"item": name} for name in ("i1", "i2", "_total")))
    for cluster, waves in (
        ("K", (("2025-10-15", 2, 20), ("2025-12-15", 5, 5), ("2026-02-15", 4, 20), ("2026-04-15", 8, 20))),
        ("M", (("2026-05-15", 2, 20), ("2026-06-15", 4, 20), ("2026-09-30", 8, 20))),
    ):
        for closed_on, negative, answered in waves:
            wave: dict[str, Any] = {"instrument": "pulse", "wave": f"{cluster} {closed_on}"}
            w.add("survey_waves", wave | {"phase": "single", "opened_on": closed_on[:8] + "01", "closed_on": closed_on})
            for number in range(answered):
                who = wave | {"respondent_id": f"{cluster}{number}", "cluster_id": cluster, "role": "teacher"}
                value = {"value": "2" if number < negative else "3", "consent": True}
                when = {"answered_at": f"{closed_on[:8]}05T05:00:00"}
                w.add("survey_responses", *(who | value | when | {"item": name} for name in ("i1", "i2")))


def _money(w: IndicatorWorld) -> None:
    """Of P 500 are due in October and never paid; nothing else is due, or paid, in the year."""
    told = {"line_id": "never", "cluster_id": "P", "budget_year": 2025, "kind": "mentor_pay"}
    w.add("finance", told | {"planned_kzt": "500", "due_on": "2025-10-05"})


def _files(w: IndicatorWorld) -> None:
    """H sends what it has of training, none, and lesson counts of a quarter; the department has no agreements in 2024/25."""
    w.senders.append(("school-h", "kz.iin", ["H"], ["lesson_counts"], None))
    for feed, period, day in (("training", "2025/26", "2026-09-01"), ("lesson_counts", None, "2025-11-10")):
        told = {"sender": "school-h", "feed": feed, "period": period, "state": "accepted", "as_of_on": day}
        w.file(f"{feed} of h", feed, **told, created_on=day, created_at=f"{day} 10:00:00")
    w.delivered("agreements", "2024/25")


def _goals(w: IndicatorWorld) -> None:
    """Three agreements are the baseline of M, without a day of it; one that of N, and a new decision follows later."""
    for cluster, count in (("M", 3), ("N", 1)):
        told = {"cluster_id": cluster, "kind": "mutual_recognition", "parties": "D;G", "signed_on": "2022-10-01"}
        clauses = {"has_data_exchange_clause": True, "has_data_protection_clause": True}
        w.add("agreements", *(told | clauses | {"agreement_id": f"{cluster}{n}"} for n in range(count)))
    goal = {"scope": "cluster", "indicator": "A3"}
    w.add(
        "targets",
        goal | {"scope_id": "M", "set_on": "2024-08-01", "baseline_value": "3"},
        goal | {"scope_id": "N", "set_on": "2023-08-01", "baseline_on": "2023-08-01", "baseline_value": "1"},
        goal | {"scope_id": "N", "set_on": "2026-03-01", "baseline_on": "2026-03-01", "baseline_value": "1"},
        # Who speaks for the country is told in two ways.
        {"scope": "country", "scope_id": "KZ", "indicator": "A3", "set_on": "2024-08-01", "baseline_value": "1"},
        {"scope": "country", "scope_id": "all", "indicator": "A3", "set_on": "2025-08-01", "baseline_value": "2"},
    )
    action = {"cluster_id": "M", "kind": "corrective", "title": "t", "responsible_role": "me_coordinator"}
    due = {"indicator": "A3", "expected_result": "r"}
    w.add(
        "action_plan",
        action | due | {"action_id": "done before", "due_on": "2025-09-30", "done_on": "2025-05-01"},
        action | due | {"action_id": "done after", "due_on": "2025-12-30", "done_on": "2025-11-01"},
    )


def _projects(w: IndicatorWorld) -> None:
    """Of N one project that runs since October 2023 and has brought nothing yet; of M three that are told with a day."""
    told = {"project_id": "long", "cluster_id": "N", "kind": "innovation", "institutions": "G"}
    w.add("projects", told | {"started_on": "2023-10-01", "implemented_in_practice": False})
    for name, start, end, implemented in (
        ("day after the year", "2024-10-01", "2026-05-31", "2025-09-01"),
        ("year after its end", "2023-10-01", "2024-06-01", "2025-06-01"),
        ("to come", "2023-10-01", "2024-06-01", "2026-09-16"),
    ):
        dated = {"started_on": start, "ended_on": end, "implemented_on": implemented, "implemented_in_practice": True}
        w.add("projects", {"project_id": name, "cluster_id": "M", "kind": "innovation", "institutions": "D"} | dated)


def _registry(w: IndicatorWorld) -> None:
    """The list of G, of a researcher who has been there for ten years, holds those who have left from 2025 on only."""
    w.registries["late"] = "2025-01-01"
    w.staff("g1", "G", "2015-09-01", qualification_category="researcher", _sender="late")


def _answers(w: IndicatorWorld) -> None:
    """
    Well-being, asked in May. Of K: at A 12 teachers, at B 11 young ones, at F 4 teachers. Of M: at D 12 young teachers and
    10 others.
    Outside: at E 3; and in another oblast, at W, 10 young teachers and 9 others.
    """
    item = {"instrument": "wellbeing", "scale_min": "1", "scale_max": "5", "reverse": False}
    w.add("survey_instruments", *(item | {"item": name} for name in ("i1", "i2", "_total")))
    wave: dict[str, Any] = {"instrument": "wellbeing", "wave": "may"}
    w.add("survey_waves", wave | {"phase": "single", "opened_on": "2026-05-01", "closed_on": "2026-05-10"})
    for school, role, answered in (
        ("A", "teacher", 12),
        ("B", "young_teacher", 11),
        ("F", "teacher", 4),
        ("D", "young_teacher", 12),
        ("D", "teacher", 10),
        ("E", "teacher", 3),
        ("W", "young_teacher", 10),
        ("W", "teacher", 9),
    ):
        for number in range(answered):
            who = wave | {"respondent_id": f"{school}{role}{number}", "institution_id": school, "role": role}
            value = {"value": str(1 + number % 5), "consent": True, "answered_at": "2026-05-05T05:00:00"}
            w.add("survey_responses", *(who | value | {"item": name} for name in ("i1", "i2")))
