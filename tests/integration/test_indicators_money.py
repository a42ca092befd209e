"""What practicum costs and what a network pays in the table of indicators, by hand from the rows of `indicator_world`."""

from __future__ import annotations

import pytest
from indicator_world import IndicatorWorld, Told, network

YEAR = "2025/26"
Q1, Q2, Q3, Q4 = (f"2025/26-Q{number}" for number in (1, 2, 3, 4))


def money() -> IndicatorWorld:
    w = network()
    _placements(w)
    _payments(w)
    return w


def _placements(w: IndicatorWorld) -> None:
    autumn = {"sending_id": "C", "programme_code": "Q", "starts_on": "2025-09-15", "ends_on": "2025-10-31"}
    autumn |= {"kind": "teaching", "plan_approved": True}
    for placement, school, size, values in (
        ("k1", "A", "6", {}),
        ("k2", "A", "6", {}),
        # No price of its own: that of all programmes.
        ("k3", "B", "2", {"programme_code": "R", "ends_on": "2025-12-31"}),
        ("k4", "A", None, {}),
        # U has told no price.
        ("k5", "A", "5", {"sending_id": "U"}),
        ("k6", "A", "6", {"ends_on": "2026-09-16"}),
        ("k7", "A", "10", {"cluster_id": "M"}),
        ("k9", "A", "5", {"sending_id": "U", "starts_on": "2026-01-12", "ends_on": "2026-02-10"}),
        ("k8", "B", None, {"starts_on": "2025-11-01", "ends_on": "2026-05-01"}),
    ):
        row = {"placement_id": placement, "student_id": placement, "school_id": school, "credits": size}
        w.add("practicum_placements", autumn | row | values)
    # The guide's example: 25 students, six credits.
    for number in range(25):
        row = {"placement_id": f"g{number}", "student_id": f"g{number}", "school_id": "D", "credits": "6"}
        w.add("practicum_placements", autumn | row | {"starts_on": "2025-02-01", "ends_on": "2025-03-31"})
    price = {"institution_id": "C", "programme_code": "all"}
    w.add(
        "credit_prices",
        price | {"school_year": "2025/26", "programme_code": "Q", "credit_price_kzt": "10000"},
        price | {"school_year": "2025/26", "credit_price_kzt": "8000"},
        price | {"school_year": "2024/25", "credit_price_kzt": "1000"},
    )


def _payments(w: IndicatorWorld) -> None:
    for line, kind, planned, due_on, paid, paid_on, values in (
        ("l1", "practicum_payment", 36000, "2025-10-31", 20000, "2025-10-31", {"institution_id": "A"}),
        ("l2", "practicum_payment", 10000, "2025-10-20", 10000, "2025-10-21", {}),
        ("l3", "mentor_pay", 5000, "2025-10-15", None, None, {}),
        ("l4", "practicum_payment", 45000, "2025-03-31", 45000, "2025-03-31", {"cluster_id": "M"}),
        # Without a day they are due on 31 December: 30 days late, and 31.
        ("l5", "seminar", 1000, None, 500, "2026-01-30", {}),
        ("l6", "seminar", 1000, None, 1000, "2026-01-31", {}),
        ("l7", "seminar", 999, "2026-09-30", None, None, {}),
        # Paid after the as-of date.
        ("l8", "seminar", 100, "2026-05-31", 100, "2026-09-16", {}),
    ):
        row = {"line_id": line, "cluster_id": "K", "budget_year": 2025, "kind": kind, "planned_kzt": str(planned)}
        row |= {"due_on": due_on, "paid_kzt": paid and str(paid), "paid_on": paid_on}
        w.add("finance", row | values)


SCENE = money


def test_practicum_is_paid_for(told: Told) -> None:
    """Twice 6 credits of 10 000 tenge, three tenths of it; of k4 and k5 nothing can be told, k6 has not ended."""
    assert told.part("F1", Q1, measure="due") == (36000, None, "ok")
    assert told.part("F1", Q1) == (20000, 36000, "ok")
    assert told.part("F1", Q1, measure="paid") == (30000, 36000, "ok")
    assert told.part("F1", Q1, "A") == (20000, 66000, "ok")
    # Placements are counted, not what was paid for them: k1 and k2, and k7 at A, which is of M.
    assert [told("F1", Q1, measure=measure)["n"] for measure in ("main", "paid", "due")] == [2, 2, 2]
    assert (told("F1", Q1, "A")["n"], told("F1", "2024/25-Q3", "M")["n"]) == (3, 25)
    # k3: 2 credits of 8 000.
    assert told.part("F1", Q2) == (0, 4800, "ok")
    assert told.part("F1", Q1, "all", measure="paid") == (30000, 66000, "ok")
    assert told.part("F1", Q1, "M") == (None, None, "not_collected")
    # M has told of no budget, but k7 and its price are known, and nothing ends at D in spring.
    assert [told.part("F1", period, "M", measure="due") for period in (Q1, Q4)] == [
        (30000, None, "ok"),
        (0, None, "ok"),
    ]
    # What k9 and k8 cost is not known, and that is not nought.
    assert [told.part("F1", period, measure="due")[::2] for period in (Q3, Q4)] == [(None, "not_collected")] * 2
    assert told.part("F1", YEAR, measure="due") == (40800, None, "ok")
    # 45 prices of a credit, as the guide has it.
    assert told.part("F1", "2024/25-Q3", "M") == (45000, 45000, "ok")


def test_budget_absorbed(told: Told) -> None:
    row = told("F2", Q1)
    assert (row["numerator"], row["denominator"], row["n"], row["status"]) == (30000, 51000, 3, "ok")
    assert told.part("F2", Q2) == (1500, 2000, "ok")
    assert told.part("F2", Q4) == (0, 100, "ok")
    assert told.part("F2", YEAR) == (31500, 53100, "ok")
    assert told.part("F2", "2026/27-Q1") == (None, None, "not_yet_observed")
    # A hub has a budget as well.
    assert told.part("F2", Q1, "P") == (None, None, "not_collected")


def test_payments_that_are_late(told: Told) -> None:
    assert told.part("F2", Q1, measure="late") == (1, 3, "ok")  # l3 is unpaid, l2 a day late
    assert told.part("F2", Q2, measure="late") == (1, 2, "ok")
    assert told.part("F2", YEAR, measure="late") == (3, 6, "ok")


def test_hours_of_the_leader(told: Told) -> None:
    assert told("F3", "2024/25-Q3")["value"] == 105
    # k1, k2, k3 and k6, which goes on: 20 credits.
    assert told("F3", Q1)["value"] == pytest.approx(14, abs=1e-12)
    # The college's own, for both clusters.
    assert told("F3", Q1, "C")["value"] == pytest.approx(21, abs=1e-12)
    assert told("F3", Q1, "M")["value"] == pytest.approx(7, abs=1e-12)
    assert told("F3", Q1, "U")["value"] == pytest.approx(3.5, abs=1e-12)
    assert (told("F3", Q3)["value"], told("F3", Q3)["status"]) == (0, "ok")
