"""What the world of the fact tests tells of clusters: their events, products, programmes, plans and money; and registers."""

from __future__ import annotations

from fact_world import FactWorld

AS_OF = "2026-03-15"


def money(w: FactWorld) -> None:
    line = {"cluster_id": "K", "budget_year": 2026, "kind": "mentor_pay", "planned_kzt": "1000"}
    w.add(
        "finance",
        line | {"line_id": "late", "due_on": "2026-01-10", "paid_kzt": "900", "paid_on": "2026-02-20"},
        line | {"line_id": "early", "due_on": "2026-01-10", "paid_kzt": "1000", "paid_on": "2026-01-01"},
        line | {"line_id": "unpaid", "due_on": "2026-02-01"},
        line | {"line_id": "nothing", "due_on": "2026-02-01", "paid_kzt": "0", "paid_on": "2026-02-01"},
        line | {"line_id": "no day", "budget_year": 2025},
        line | {"line_id": "today", "due_on": AS_OF},
        line | {"line_id": "next", "due_on": "2026-03-10", "paid_kzt": "1000", "paid_on": "2026-03-16"},
    )


def network(w: FactWorld) -> None:
    event = {"cluster_id": "K", "kind": "plc_seminar", "organiser_id": "A", "planned_on": "2025-10-31"}
    w.add(
        "network_events",
        event | {"event_id": "held", "held_on": "2025-11-01", "participants_actual": 3},
        event
        | {"event_id": "yet to be", "planned_on": "2026-03-10", "held_on": "2026-03-16", "participants_actual": 3},
        event | {"event_id": "off", "status": "cancelled"},
        event | {"event_id": "unknown", "planned_on": None, "held_on": "2026-03-16"},
    )
    came = {"person_id": "p1", "institution_id": "A"}
    w.add(
        "event_participants",
        came | {"event_id": "held"},
        came | {"event_id": "held", "person_id": "p2", "attended": False},
        came | {"event_id": "yet to be"},
    )
    product = {"cluster_id": "K", "kind": "publication", "created_on": "2026-02-01"}
    w.add(
        "joint_products",
        product | {"product_id": "joint", "institutions": "A;U;A", "authors": "local:1;p1;p2"},
        product | {"product_id": "own", "institutions": "A"},
    )
    w.add(
        "product_reviews",
        {
            "product_id": "joint",
            "reviewer_id": "r",
            "novelty": 4,
            "applicability": 5,
            "evidence": 4,
            "reviewed_on": "2026-03-01",
        },
    )
    outcome = {"institution_id": "U", "programme_code": "P", "level": "university", "key_outcome": True}
    college = {"institution_id": "C", "programme_code": "Q", "level": "college", "key_outcome": True}
    w.add(
        "programme_outcomes",
        outcome | {"outcome_code": "key"},
        outcome | {"outcome_code": "plain", "key_outcome": False},
        outcome | {"outcome_code": "same level", "aligned_programme_code": "P", "aligned_with": "key"},
        college | {"outcome_code": "aligned", "aligned_programme_code": "P", "aligned_with": "key"},
        college | {"outcome_code": "to plain", "aligned_programme_code": "P", "aligned_with": "plain"},
        college
        | {"outcome_code": "not key", "key_outcome": False, "aligned_programme_code": "P", "aligned_with": "key"},
        college | {"outcome_code": "to nothing", "aligned_programme_code": "P", "aligned_with": "?"},
    )
    action = {"cluster_id": "K", "kind": "annual", "title": "t", "responsible_role": "lead", "expected_result": "r"}
    w.add(
        "action_plan",
        action | {"action_id": "in time", "due_on": "2026-03-01", "done_on": "2026-03-01"},
        action | {"action_id": "overdue", "due_on": "2026-03-14"},
        action | {"action_id": "due today", "due_on": AS_OF},
        action | {"action_id": "late", "due_on": "2026-03-14", "done_on": "2026-03-16"},
    )
    sheet = {"checklist_id": "s", "cluster_id": "K", "quarter": "2025/26-Q2", "rater": "self"}
    rated = {"C1": "yes", "C2": "medium", "C3": "no", "C4": "surface", "C5": "no", "C6": "yes"}
    w.add("quality_checklists", *(sheet | {"item": item, "value": value} for item, value in rated.items()))
    signed = {
        "parties": "A;U",
        "kind": "mutual_recognition",
        "has_data_exchange_clause": True,
        "has_data_protection_clause": True,
    }
    w.add(
        "agreements",
        signed | {"agreement_id": "last day", "signed_on": "2024-01-01", "valid_until": AS_OF},
        signed | {"agreement_id": "over", "signed_on": "2024-01-01", "valid_until": "2026-03-14"},
        signed | {"agreement_id": "future", "signed_on": "2026-03-16"},
    )
    w.file(
        "d1",
        "b.csv",
        sender="school",
        feed="training",
        created_on="2025-12-31",
        state="accepted",
        read_n=5,
        accepted_n=5,
    )
    w.file(
        "d1", "a.csv", sender="school", feed="studies", created_on="2025-12-31", state="waiting", read_n=2, waiting_n=2
    )


def records(w: FactWorld) -> None:
    """Rows that go on much as they came."""
    pupil = {"institution_id": "A", "school_year": "2025/26", "grade": 7, "special_needs": True}
    w.add(
        "enrolments",
        pupil | {"pupil_id": "stays", "left_on": "2026-03-16"},
        pupil | {"pupil_id": "left", "left_on": AS_OF},
        pupil | {"pupil_id": "next", "school_year": "2026/27"},
    )
    diploma = {"person_id": "local:1", "document": "d", "level": "bachelor"}
    w.add(
        "qualifications",
        diploma | {"awarded_year": 2020},
        diploma | {"awarded_year": 2025, "awarded_on": "2025-12-31"},
        diploma | {"awarded_year": 2027},
    )
    scale = {"institution_id": "A", "class_code": "7А", "scale": "safety", "n": 21, "mean": "3.5", "sd": "0.75"}
    w.add("climate_aggregates", *(scale | {"school_year": "2025/26", "term": term} for term in (1, 4)))
    parallels = {"7": 50, "7А": 25, "7Ә": 24, "8": 40, "8А": 20, "8Ә": 20, "9": 45, "9А": 30, "10": 30, "10А": 21}
    many = scale | {"institution_id": "B", "school_year": "2025/26", "term": 1}
    w.add("climate_aggregates", *(many | {"class_code": code, "n": n} for code, n in parallels.items()))
    w.add("climate_aggregates", *(many | {"class_code": code, "n": n} for code, n in (("1", 12), ("11А", 11))))
    module = {"college_id": "C", "college_programme": "Q", "university_id": "U", "credited": True}
    w.add(
        "module_credits",
        module | {"module_code": "now", "decided_on": AS_OF},
        module | {"module_code": "soon", "decided_on": "2026-03-16"},
        module | {"module_code": "never", "credited": False},
    )
    risk = {"cluster_id": "K", "category": "funding", "owner": "p1", "threshold": "0.15"}
    w.add(
        "risks",
        risk | {"risk_id": "open", "opened_on": "2026-01-01", "closed_on": "2026-03-16"},
        risk | {"risk_id": "future", "opened_on": "2026-03-16"},
    )
    aim = {"scope": "cluster", "scope_id": "K", "indicator": "R36", "baseline_value": "0.6", "target_value": "0.8"}
    w.add("targets", *(aim | {"set_on": day} for day in (AS_OF, "2026-03-16")))
    w.add(
        "labour_demand",
        {
            "region_code": "R",
            "specialty_code": "6B011",
            "year": 2027,
            "vacancies": 4,
            "forecast": 9,
            "source": "akimat",
        },
    )
    project = {"cluster_id": "K", "kind": "research", "implemented_in_practice": False, "institutions": "A;U"}
    w.add("projects", project | {"project_id": "runs", "started_on": "2025-10-31", "ended_on": "2026-03-16"})
    w.add("project_participants", {"project_id": "runs", "person_id": "local:1", "role": "leader"})
