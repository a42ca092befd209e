"""Rows of the marts of retention, and projects, for the world of `indicator_world`: one scene with those of learning."""

from __future__ import annotations

from typing import Any

import indicator_scenes_learning as learning
from fact_world import Row
from indicator_scenes_learning import OBLAST
from indicator_world import IndicatorWorld, network


def marts() -> IndicatorWorld:
    """The staff list of D is of 31 August 2025: of M, the oblast and the country 2024/25 is known and 2025/26 is not."""
    w = network()
    w.staff("t8", "D", "2020-09-01", confirmed_on="2025-08-31")
    w.staff("t9", "U", "2020-09-01", position_group="university_lecturer")
    for year in ("2023/24", "2024/25", "2025/26"):
        w.delivered("assessment_results", year)
    for year in ("2024/25", "2025/26"):
        w.delivered("teaching_assignments", year)
    _indices(w)
    _staff_years(w)
    _curves(w)
    _comparisons(w)
    learning.value_added(w)
    learning.scores(w)
    learning.effects(w)
    _projects(w)
    return w


def _at(segment: str, value: str, level: str = "network") -> Row:
    return {"segment": segment, "segment_value": value, "level": level}


def _index(months: int, retained: int, hired: int, removed: int, unknown: int, low: float, high: float) -> Row:
    return {
        "estimand": "employed_at",
        "horizon_months": months,
        "hired_n": hired,
        "retained_n": retained,
        "removed_n": removed,
        "unknown_n": unknown,
        "index_share": retained / (hired - removed - unknown),
        "index_ci_low": low,
        "index_ci_high": high,
        "status": "ok",
    }


def _indices(w: IndicatorWorld) -> None:
    k, first = _at("cluster", "K"), {"cohort_year": "2024/25"}
    w.mart(
        "retention_index",
        first | k | _index(12, 20, 30, 2, 3, 0.6, 0.9),
        first | _at("cluster", "K", "workplace") | _index(12, 10, 30, 2, 3, 0.2, 0.6),
        first | _at("cluster", "K", "profession") | _index(12, 22, 30, 2, 3, 0.7, 0.97),
        # Read nowhere: never out before the day, all cohorts, those of no cluster, and another split.
        first | k | _index(12, 15, 30, 2, 3, 0.4, 0.8) | {"estimand": "continuous"},
        {"cohort_year": "all"} | k | _index(12, 40, 60, 5, 5, 0.6, 0.9),
        first | _at("cluster", "none") | _index(12, 40, 60, 5, 5, 0.6, 0.9),
        first | _at("sex", "f") | _index(12, 40, 60, 5, 5, 0.6, 0.9),
        {"cohort_year": "2025/26"} | k | _index(12, 20, 30, 2, 3, 0.6, 0.9),
        {"cohort_year": "2023/24"} | k | _index(12, 3, 6, 0, 0, 0.2, 0.8) | {"status": "too_few"},
        first | _at("cluster", "M") | _index(12, 20, 30, 2, 3, 0.6, 0.9),
        {"cohort_year": "2023/24", "estimand": "employed_at", "horizon_months": 12, "hired_n": 12}
        | _at("cluster", "M")
        | {"status": "not_yet_observed"},
        {"cohort_year": "2023/24"}
        | _at("all", "all")
        | _index(12, 75, 100, 0, 0, 0.7, 0.8)
        | {"index_cluster_ci_low": 0.65, "index_cluster_ci_high": 0.85},
        {"cohort_year": "2023/24"} | _at("region", OBLAST) | _index(12, 36, 60, 0, 0, 0.5, 0.7),
    )
    for months, cohort, retained in ((24, "2023/24", 12), (36, "2022/23", 10), (60, "2020/21", 8)):
        for level, more in (("network", 0), ("workplace", -4), ("profession", 2)):
            row = _index(months, retained + more, 20, 0, 0, 0.05, 0.95)
            w.mart("retention_index", {"cohort_year": cohort} | _at("cluster", "K", level) | row)
    for level, more in (("network", 0), ("workplace", -4), ("profession", 1)):
        q2 = {"quarter": "2025/26-Q2"} | _at("cluster", "K", level)
        w.mart("retention_quarter", q2 | _index(12, 18 + more, 20, 0, 0, 0.05, 0.99))
        w.mart("retention_quarter", q2 | _index(36, 11 + more, 20, 0, 0, 0.05, 0.95))
    w.mart("retention_quarter", {"quarter": "2025/26-Q1"} | k | _index(12, 5, 20, 0, 0, 0.1, 0.5))


def _staff_years(w: IndicatorWorld) -> None:
    for level, finished in (("network", 27), ("workplace", 18), ("profession", 30)):
        w.mart(
            "retention_finish",
            _at("cluster", "K", level)
            | {"school_year": "2025/26", "in_post_n": 40, "removed_n": 1, "unknown_n": 3, "finished_n": finished}
            | {"finish_share": finished / 36, "finish_ci_low": 0.4, "finish_ci_high": 0.95, "status": "ok"},
        )
    w.mart(
        "retention_finish",
        _at("cluster", "M")
        | {"school_year": "2024/25", "in_post_n": 20, "removed_n": 0, "unknown_n": 20, "finished_n": 0}
        | {"status": "not_collected"},
    )

    def turnover(year: str, at: Row, exits: int, headcount: float) -> Row:
        figures = {"exits_n": exits, "headcount_value": headcount, "turnover_value": exits / headcount}
        return {"school_year": year, "status": "ok"} | at | figures

    w.mart(
        "retention_turnover",
        turnover("2025/26", _at("cluster", "K"), 4, 40),
        turnover("2025/26", _at("cluster", "K", "workplace"), 6, 40),
        turnover("2025/26", _at("cluster", "K", "profession"), 2, 40),
        turnover("2024/25", _at("cluster", "K"), 0, 40),
        turnover("2024/25", _at("all", "all"), 5, 12.5),
        turnover("2024/25", _at("disadvantage_quartile", "4"), 5, 10),
        turnover("2024/25", _at("disadvantage_quartile", "3"), 1, 10),
    )


def _curves(w: IndicatorWorld) -> None:
    def point(cohort: str, month: int, share: float | None, at_risk: int, status: str = "ok", **more: Any) -> Row:
        told = {"survival_se": 0.05, "survival_ci_low": 0.3, "survival_ci_high": 0.93} if share is not None else {}
        row = {"cohort_year": cohort, "month": month, "survival_share": share, "at_risk_n": at_risk, "status": status}
        return _at("cluster", "K") | row | told | more

    w.mart(
        "retention_curve",
        point("2024/25", 12, 0.85, 18),
        point("2024/25", 13, 0.80, 17),
        point("2024/25", 12, 0.75, 18, level="workplace"),
        point(
            "2023/24", 24, 0.6, 30, survival_cluster_se=0.08, survival_cluster_ci_low=0.4, survival_cluster_ci_high=0.75
        ),
        point("2022/23", 36, 0.5, 5, "too_few"),
        point("2020/21", 60, None, 0, "not_yet_observed"),
    )
    flows = {
        "stayed_at_work": 10,
        "stayed_on_leave": 2,
        "moved_network": 3,
        "moved_outside": 1,
        "left": 2,
        "retired_or_died": 1,
        "unknown": 1,
    }
    for flow, count in flows.items():
        row = {"cohort_year": "2024/25", "segment": "cluster", "segment_value": "K", "flow": flow, "hired_n": 20}
        figures = {"flow_n": count, "flow_share": count / 20, "flow_ci_low": 0.0, "flow_ci_high": 0.8, "status": "ok"}
        w.mart("retention_flow", row | figures | {"horizon_months": 12}, row | figures | {"horizon_months": 24})


def _comparisons(w: IndicatorWorld) -> None:
    told = {
        "level": "workplace",
        "member_n": 50,
        "control_n": 70,
        "difference_se": 0.03,
        "difference_ci_low": 0.0,
        "difference_ci_high": 0.9,
        "log_rank_p_value": 0.04,
        "status": "ok",
    }
    silent = {"level": "workplace", "member_n": 5, "control_n": 7}
    w.mart(
        "retention_comparison",
        told | {"cluster_id": "K", "measure": "index_12", "difference_value": 0.08},
        told | {"cluster_id": "K", "measure": "rmst_12", "difference_value": 0.4},
        silent | {"cluster_id": "K", "measure": "index_36", "status": "not_yet_observed"},
        silent | {"cluster_id": "K", "measure": "rmst_36", "status": "too_few"},
        silent | {"cluster_id": "K", "measure": "index_12", "level": "profession", "status": "not_comparable"},
        silent | {"cluster_id": "K", "measure": "index_12", "level": "network", "status": "not_applicable"},
        told | {"cluster_id": "M", "measure": "index_12", "difference_value": 0.02},
        told | {"cluster_id": "all", "measure": "index_12", "difference_value": 0.05},
    )


def _projects(w: IndicatorWorld) -> None:
    def project(name: str, kind: str, at: str, from_on: str, to_on: str | None, **more: Any) -> None:
        row = {"project_id": name, "cluster_id": "K", "kind": kind, "institutions": at, "started_on": from_on}
        w.add("projects", row | {"ended_on": to_on, "implemented_in_practice": False} | more)

    project("r1", "research", "A;C", "2024-10-01", "2025-10-15", implemented_in_practice=True, income_kzt="100")
    project("r2", "commercial", "F", "2025-10-01", None, income_kzt="250")
    project("r3", "pbl", "A;B", "2025-10-01", "2025-12-01", implemented_in_practice=True)
    # Ends with one school year; is of the first day of the next alone.
    project("r4", "social", "A;B", "2024-09-01", "2025-08-31", income_kzt="40")
    project("r5", "innovation", "A", "2025-09-01", "2025-09-01", implemented_in_practice=True)
    project("r6", "research", "D", "2025-10-01", None, implemented_in_practice=True, cluster_id="M")
    # Of a hub of psychologists, of which nobody asks for projects.
    project("r7", "research", "A;B", "2025-10-01", None, implemented_in_practice=True, income_kzt="999", cluster_id="P")
    event = {"cluster_id": "K", "kind": "social_event"}
    w.add(
        "network_events",
        event | {"event_id": "of P", "cluster_id": "P", "organiser_id": "A", "held_on": "2025-11-03", "status": "held"},
        event | {"event_id": "e1", "planned_on": "2025-03-01", "held_on": "2025-03-01", "status": "held"},
        # The cluster and one of its schools are named: one event.
        event
        | {"event_id": "e2", "organiser_id": "A"}
        | {"planned_on": "2025-11-01", "held_on": "2025-11-02", "status": "held"},
        event | {"event_id": "e3", "planned_on": "2026-05-01", "held_on": "2026-05-01", "status": "held"},
        event | {"event_id": "e4", "planned_on": "2026-05-03", "status": "cancelled"},
        event
        | {
            "event_id": "e5",
            "kind": "masterclass",
            "planned_on": "2026-05-03",
            "held_on": "2026-05-03",
            "status": "held",
        },
    )
