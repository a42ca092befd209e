"""The cluster of `indicator_world` in trouble: for each rule of early warning what breaks it, and what just does not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fact_world import BETWEEN, SEEDS, core_marts
from indicator_world import INDICATORS, STAFF, IndicatorWorld, network
from once import Once

#: A day of each quarter of 2025/26, and the last day of each.
DAYS = ("2025-10-01", "2025-11-20", "2026-02-10", "2026-05-10")
ENDS = ("2025-10-31", "2025-12-31", "2026-03-31", "2026-08-31")
#: Cohort, and how many of 100 are still there after 12 months; the index of cluster K falls twice, that of M once.
COHORTS = {"K": {"2021/22": 80, "2022/23": 70, "2023/24": 60}, "M": {"2021/22": 80, "2022/23": 70, "2023/24": 70}}


def troubled() -> IndicatorWorld:
    w = network()
    for scene in (
        _retention,
        _seminars,
        _mentors,
        _money,
        _requests,
        _stress,
        _protocols,
        _groups,
        _texts,
        _plans,
        _pulse,
        _goals,
        _users,
    ):
        scene(w)
    return w


def built(once: Once) -> Path:
    """The warehouse with all alerts of it, and all that they stand on."""
    models = (*SEEDS, *BETWEEN, *STAFF, *core_marts(), *INDICATORS, "path:models/alerts", "cluster_alert")
    return once("alerts", lambda folder: troubled().build(folder, *models)) / "warehouse.duckdb"


def _retention(w: IndicatorWorld) -> None:
    index = {"level": "network", "estimand": "employed_at", "segment": "cluster", "horizon_months": 12, "status": "ok"}
    for cluster, told in COHORTS.items():
        for cohort, kept in told.items():
            row = {"cohort_year": cohort, "segment_value": cluster, "index_share": kept / 100}
            people = {"hired_n": 100, "retained_n": kept, "removed_n": 0, "unknown_n": 0}
            w.mart("retention_index", index | row | people)


def _seminars(w: IndicatorWorld) -> None:
    """Invited and come by quarter: K .60 (the bound), .55, .61, .61; M .5 of few, then .62, the bound and the margin."""
    for cluster, school, told in (
        ("K", "A", ((20, 12), (20, 11), (100, 61), (100, 61))),
        ("M", "D", ((10, 5), (50, 31))),
    ):
        for place, (invited, came) in enumerate(told):
            event = f"seminar {cluster}{place}"
            w.add(
                "network_events",
                {"event_id": event, "cluster_id": cluster, "kind": "plc_seminar", "organiser_id": school}
                | {"planned_on": DAYS[place], "held_on": DAYS[place]},
            )
            people = ({"event_id": event, "person_id": f"x{n}", "attended": n < came} for n in range(invited))
            w.add("event_participants", *people)


def _mentors(w: IndicatorWorld) -> None:
    """Refusals of 20 offers: K 2, 4, 8; at D, of M, 2, 2, 4."""
    for school, told in (("A", (2, 4, 8)), ("D", (2, 2, 4))):
        for place, refused in enumerate(told):
            for number in range(20):
                said_no = number < refused
                pair = {"pair_id": f"{school}{place}-{number}", "mentor_id": f"m{number}", "institution_id": school}
                begun = {} if said_no else {"starts_on": DAYS[place], "mentee_id": f"y{place}{number}"}
                w.add(
                    "mentoring_pairs",
                    pair | {"offered_on": DAYS[place], "mentor_refused": said_no, "mentor_trained": True} | begun,
                )


def _money(w: IndicatorWorld) -> None:
    """K leaves .15 unspent, then .175; M .20, then .10. P pays on the 30th day, on the 31st, and not at all."""

    def line(
        name: str, cluster: str, planned: str, due_on: str, paid: str | None = None, paid_on: str | None = None
    ) -> None:
        told = {"line_id": name, "cluster_id": cluster, "budget_year": 2026, "kind": "mentor_pay"}
        w.add("finance", told | {"planned_kzt": planned, "due_on": due_on, "paid_kzt": paid, "paid_on": paid_on})

    line("k1", "K", "1000", "2026-02-01", "850", "2026-02-10")
    line("k2", "K", "1000", "2026-06-01", "800", "2026-06-02")
    line("m1", "M", "1000", "2026-02-01", "800", "2026-02-05")
    line("m2", "M", "1000", "2026-04-01", "1000", "2026-04-01")
    line("thirty", "P", "500", "2026-01-10", "500", "2026-02-09")
    line("thirty-one", "P", "500", "2026-01-10", "500", "2026-02-10")
    line("waits 31 days", "P", "500", "2026-08-15")
    line("waits 30 days", "P", "500", "2026-08-16")


def _requests(w: IndicatorWorld) -> None:
    """Tickets by month from September: K 30 and 30.8 per cent more; M too few to compare, then 35 per cent more of few."""
    months = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02")
    for cluster, told in (("K", (100, 100, 130, 130, 170, 170)), ("M", (5, 9, 20, 27, 27, 27))):
        for month, count in zip(months, told, strict=True):
            tickets = (
                {"ticket_id": f"{cluster}{month}{n}", "opened_at": f"{month}-10T05:00:00", "category": "login"}
                | {"cluster_id": cluster}
                for n in range(count)
            )
            w.add("support_tickets", *tickets)


def _survey(w: IndicatorWorld, instrument: str, wave: str, closed_on: str, cluster: str, scores: Iterable[int]) -> None:
    w.add("survey_waves", _wave(instrument, wave, closed_on)) if not _has(w, instrument, wave) else None
    for number, score in enumerate(scores):
        told = {"instrument": instrument, "wave": wave, "respondent_id": f"{cluster}{number}", "cluster_id": cluster}
        for item in ("i1", "i2"):
            answer = {"item": item, "value": str(score), "role": "teacher", "consent": True}
            w.add("survey_responses", told | answer | {"answered_at": f"{closed_on}T05:00:00"})


def _wave(instrument: str, wave: str, closed_on: str) -> dict[str, Any]:
    return {"instrument": instrument, "wave": wave, "phase": "single", "opened_on": closed_on, "closed_on": closed_on}


def _has(w: IndicatorWorld, instrument: str, wave: str) -> bool:
    return any((row["instrument"], row["wave"]) == (instrument, wave) for row in w.rows.get("survey_waves", []))


def _stress(w: IndicatorWorld) -> None:
    """K 3.5, the bound, then 3.6; M is 5 of nine people, too few to tell of."""
    _instrument(w, "technostress")
    _survey(w, "technostress", "autumn", "2025-12-10", "K", [3] * 10 + [4] * 10)
    _survey(w, "technostress", "spring", "2026-05-10", "K", [3] * 8 + [4] * 12)
    _survey(w, "technostress", "autumn", "2025-12-10", "M", [5] * 9)


def _instrument(w: IndicatorWorld, instrument: str) -> None:
    item = {"instrument": instrument, "scale_min": "1", "scale_max": "5", "reverse": False}
    w.add("survey_instruments", *(item | {"item": name} for name in ("i1", "i2", "_total")))


def _pulse(w: IndicatorWorld) -> None:
    """Negative answers, those under 1 + 4 / 3, of 20: 2, 4, 8 and 8 again."""
    _instrument(w, "pulse")
    days = ("2025-10-15", "2025-12-15", "2026-02-15", "2026-04-15")
    for number, (day, negative) in enumerate(zip(days, (2, 4, 8, 8), strict=True)):
        _survey(w, "pulse", f"wave {number}", day, "K", [2] * negative + [3] * (20 - negative))


def _protocols(w: IndicatorWorld) -> None:
    """Empty protocols of 20 at A: 1, 3, 9, 2. B, of K too, has its one in the last quarter; F has none; D has one in each."""
    for place, empty in enumerate((1, 3, 9, 2)):
        for number in range(20):
            told = {"protocol_id": f"a{place}-{number}", "institution_id": "A", "teacher_id": "t1", "depth": "surface"}
            w.add("lesson_analyses", told | {"lesson_on": DAYS[place], "text_len_n": 39 if number < empty else 40})
        told = {"protocol_id": f"d{place}", "institution_id": "D", "teacher_id": "t9", "depth": "deep"}
        w.add("lesson_analyses", told | {"lesson_on": DAYS[place]})
    told = {"protocol_id": "b", "institution_id": "B", "teacher_id": "t4", "depth": "deep", "lesson_on": DAYS[3]}
    w.add("lesson_analyses", told)


def _groups(w: IndicatorWorld) -> None:
    """Group g: no gain, no gain, a gain; group h: no gain, a gain, no gain."""
    ends = ("2025-10-20", "2025-12-10", "2026-03-10")
    for group, gains in (("g", ("0", "0", "0.2")), ("h", ("0", "0.1", "-0.1"))):
        for number, (ended_on, gain) in enumerate(zip(ends, gains, strict=True)):
            told = {"cycle_id": f"{group}{number}", "institution_id": "A", "group_id": group, "topic": "t"}
            measured = {"outcome_before": "3", "outcome_after": str(3 + float(gain)), "external_expert": False}
            w.add(
                "lesson_study_cycles",
                told
                | measured
                | {"started_on": "2025-09-10", "ended_on": ended_on, "artefacts_complete": 4, "stage_reached": 4},
            )


def _texts(w: IndicatorWorld) -> None:
    """One text of two students, one too short, and one of one student twice."""
    for student, school in (("s1", "A"), ("s2", "B")):
        placed = {"placement_id": student, "student_id": student, "sending_id": "C", "school_id": school}
        w.add(
            "practicum_placements", placed | {"starts_on": "2025-09-01", "ends_on": "2026-05-25", "plan_approved": True}
        )
    for entry, student, day, text, length in (
        ("e1", "s1", "2025-10-10", "same", 40),
        ("e2", "s2", "2025-11-10", "same", 40),
        ("e3", "s1", "2025-10-10", "short", 39),
        ("e4", "s2", "2025-11-10", "short", 39),
        ("e5", "s1", "2025-10-10", "own", 80),
        ("e6", "s1", "2025-11-10", "own", 80),
    ):
        told = {"entry_id": entry, "placement_id": student, "entry_date": day, "kind": "self_analysis"}
        w.add("practicum_journal", told | {"author_id": student, "text_hash": text, "text_len_n": length})


def _plans(w: IndicatorWorld) -> None:
    """Sessions 14 and 15 days late, or never held; risks of 92 and 93 days."""
    for event, planned_on, held_on, status in (
        ("two weeks", "2026-05-01", "2026-05-15", None),
        ("a day more", "2026-05-01", "2026-05-16", None),
        ("never", "2026-08-31", None, None),
        ("not yet missed", "2026-09-01", None, None),
        ("off", "2026-05-01", None, "cancelled"),
        ("put off", "2026-05-01", None, "moved"),
        ("put off and held", "2026-05-01", "2026-06-10", "moved"),
    ):
        told = {"event_id": event, "cluster_id": "K", "kind": "conference", "organiser_id": "A", "status": status}
        w.add("network_events", told | {"planned_on": planned_on, "held_on": held_on})
    for risk, opened_on, reviewed_on, closed_on in (
        ("92 days", "2026-06-15", None, None),
        ("93 days", "2026-06-14", None, None),
        ("closed on the 92nd", "2025-12-01", "2026-01-01", "2026-04-03"),
        ("closed on the 93rd", "2025-12-01", "2026-01-01", "2026-04-04"),
    ):
        told = {"risk_id": risk, "cluster_id": "K", "category": "funding", "owner_role": "network_lead"}
        w.add("risks", told | {"opened_on": opened_on, "reviewed_on": reviewed_on, "closed_on": closed_on})


def _goals(w: IndicatorWorld) -> None:
    """One agreement, no more than the baseline, which is a year old at the end of 2025/26 only; and an action against W01."""
    w.add(
        "agreements",
        {
            "agreement_id": "g",
            "cluster_id": "K",
            "kind": "mutual_recognition",
            "parties": "A;C",
            "signed_on": "2024-01-01",
        }
        | {"has_data_exchange_clause": True, "has_data_protection_clause": True},
    )
    w.add(
        "targets",
        {"scope": "cluster", "scope_id": "K", "indicator": "A3", "set_on": "2024-09-01", "baseline_value": "1"}
        | {"baseline_on": "2024-09-01"},
    )
    action = {
        "cluster_id": "K",
        "kind": "corrective",
        "title": "t",
        "responsible_role": "me_coordinator",
        "expected_result": "r",
    }
    w.add(
        "action_plan",
        action | {"action_id": "before", "indicator": "T2", "due_on": "2025-12-30"},
        action | {"action_id": "after", "indicator": "T2", "due_on": "2026-02-01", "done_on": "2026-01-20"},
    )


def _users(w: IndicatorWorld) -> None:
    """Twenty users at A in two of the four weeks of February, which is the target of .5, in one of March, in three of April.

    In one of July, too, when there is no school.
    """
    target = {"indicator": "D3", "set_on": "2025-09-01", "target_value": "0.5", "target_on": "2026-08-31"}
    w.add("targets", {"scope": "cluster", "scope_id": "K"} | target)
    for month, weeks in (("2026-02", 2), ("2026-03", 1), ("2026-04", 3), ("2026-07", 1)):
        for number in range(20):
            for week in range(weeks):
                told = {"user_id": f"u{number}", "institution_id": "A", "action": "login", "object_id": f"{week}"}
                w.add("platform_events", told | {"occurred_at": f"{month}-{week * 7 + 2:02d}T05:00:00"})
