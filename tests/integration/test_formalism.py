"""Shares of formalism and the records behind them, worked out by hand from rows of the network of `indicator_world`."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from fact_world import BETWEEN, SEEDS, core_marts
from indicator_world import INDICATORS, STAFF, IndicatorWorld, network
from once import Once

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

YEAR, Q1, Q2, Q4 = "2025/26", "2025/26-Q1", "2025/26-Q2", "2025/26-Q4"


def signature(*changed: range, mark: int = 1) -> str:
    """128 elements, those at some places others than in a signature without changes, and than under another mark."""
    places = {place for places in changed for place in places}
    return "".join(f"{place + (mark << 12 if place in places else 0):04x}" for place in range(128))


def formal() -> IndicatorWorld:
    w = network()
    for student, school in (("s1", "A"), ("s2", "B"), ("s3", "A"), ("s4", "D")):
        w.add(
            "practicum_placements",
            {"placement_id": student, "student_id": student, "sending_id": "C", "school_id": school}
            | {"kind": "teaching", "starts_on": "2024-09-01", "ends_on": "2026-05-25", "plan_approved": True},
        )
    _texts(w)
    _protocols(w)
    _cycles(w)
    return w


def _texts(w: IndicatorWorld) -> None:
    whole = signature()
    nearly = signature(range(90, 128))  # 90 of 128, .703
    for entry, student, day, text, length, told in (
        # Of the year before, without signatures.
        ("e0", "s1", "2024-10-10", "h0", 100, None),
        ("e1", "s1", "2025-10-10", "h1", 100, whole),
        ("e2", "s2", "2025-11-10", "h2", 100, nearly),
        ("e3", "s3", "2025-11-12", "h3", 100, signature(range(89, 128), mark=2)),  # 89 of 128, .695
        # Like e1, which is the author's own.
        ("e4", "s1", "2025-12-01", "h4", 100, signature(range(118, 128))),
        ("e6", "s4", "2025-12-05", "h1", 100, whole),
        ("e7", "s2", "2025-12-05", "h7", 100, None),
        # Long enough to be copied, and too short to be nearly like another.
        ("e8", "s2", "2025-12-06", "h8", 79, whole),
        # Its own earlier text is like it too, and e1 was before that.
        ("e11", "s2", "2026-03-01", "h11", 100, nearly),
        # Like e2 in 108 of 128, like e1 in 70 only.
        ("e12", "s1", "2026-03-05", "h12", 100, signature(range(90, 128), range(20))),
        # Too short to say anything.
        ("e13", "s3", "2026-03-06", "h1", 39, None),
    ):
        row = {"entry_id": entry, "placement_id": student, "entry_date": day, "kind": "self_analysis"}
        w.add("practicum_journal", row | {"author_id": student, "text_hash": text, "text_len_n": length})
        if told:
            w.sign("practicum_journal", told)
    row = {"entry_id": "e9", "placement_id": "s3", "entry_date": "2025-12-07", "kind": "self_analysis"}
    w.add("practicum_journal", row | {"author_id": "s3", "text_hash": "h9", "text_len_n": 100})
    w.sign("practicum_journal", whole, scheme="another")


def _protocols(w: IndicatorWorld) -> None:
    for protocol, school, observer, depth, length, text in (
        ("p1", "A", "t1", "deep", 100, "h20"),
        ("p2", "A", None, "none", None, None),
        ("p3", "B", "t4", "surface", 39, "h21"),
        # A text of nobody: it is a protocol, and no text that is compared.
        ("p4", "A", None, "deep", 100, "h1"),
    ):
        row = {"protocol_id": protocol, "institution_id": school, "teacher_id": "t2", "lesson_on": "2026-02-10"}
        w.add(
            "lesson_analyses", row | {"observer_id": observer, "depth": depth, "text_len_n": length, "text_hash": text}
        )
        if protocol == "p1":
            w.sign("lesson_analyses", signature(range(5)))
    w.add(
        "mentoring_pairs",
        {"pair_id": "m", "mentor_id": "t1", "mentee_id": "t2", "institution_id": "A", "kind": "young_teacher"}
        | {"starts_on": "2025-09-10", "mentor_trained": True},
    )
    parts = {"has_goals": False, "has_observation": False, "has_agreements": False}
    w.add("mentoring_meetings", {"meeting_id": "m1", "pair_id": "m", "met_on": "2026-02-12"} | parts)


def _cycles(w: IndicatorWorld) -> None:
    """Group g at A: no gain, no gain, a gain, not measured, no gain; a cycle of group h is its first."""
    for cycle, group, ended_on, gain in (
        ("g0", "g", "2025-10-20", "0"),
        ("g1", "g", "2025-12-10", "-0.5"),
        ("g2", "g", "2026-03-10", "0.2"),
        ("g3", "g", "2026-04-10", None),
        ("g4", "g", "2026-05-10", "0"),
        ("h0", "h", "2026-05-10", "0"),
    ):
        row = {"cycle_id": cycle, "institution_id": "A", "group_id": group, "topic": "t", "external_expert": False}
        outcome = {"outcome_before": "3", "outcome_after": str(3 + float(gain))} if gain else {}
        days = {"started_on": "2025-09-10", "ended_on": ended_on, "artefacts_complete": 4, "stage_reached": 4}
        w.add("lesson_study_cycles", row | outcome | days)


@pytest.fixture(scope="module")
def tables(once: Once) -> dict[str, pl.DataFrame]:
    models = (*SEEDS, *BETWEEN, *STAFF, *core_marts(), *INDICATORS, "formalism_rate", "formalism_evidence")
    folder = once("formalism", lambda folder: formal().build(folder, *models))
    with connect(folder / "warehouse.duckdb", read_only=True) as connection:
        names = ("formalism_rate", "formalism_evidence")
        return {name: connection.execute(f"select * from marts.{name}").pl() for name in names}


def rate(tables: dict[str, pl.DataFrame], kind: str, period: str = YEAR, scope_id: str = "K") -> dict[str, Any]:
    (row,) = tables["formalism_rate"].filter(kind=kind, period=period, scope_id=scope_id).rows(named=True)
    return row


def told(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["numerator"], row["denominator"], row["eligible_n"], row["status"]


def evidence(tables: dict[str, pl.DataFrame], kind: str, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(tables["formalism_evidence"].filter(kind=kind).select(columns).rows())


def test_near_copies_one_by_one(tables: dict[str, pl.DataFrame]) -> None:
    found = evidence(
        tables, "near_copy", "record_id", "author_id", "other_record_id", "other_author_id", "similarity_share"
    )
    assert found == [
        ("e11", "s2", "e1", "s1", 90 / 128),
        ("e12", "s1", "e2", "s2", 108 / 128),
        ("e2", "s2", "e1", "s1", 90 / 128),
        ("p1", "t1", "e1", "s1", 123 / 128),
    ]


def test_the_share_of_near_copies(tables: dict[str, pl.DataFrame]) -> None:
    """Of K in 2025/26: e1, e2, e3, e4, e7, e9, e11, e12, p1; e7 has no signature. Wilson's of 4 in 8: .5 ± .28478."""
    row = rate(tables, "near_copy")
    assert told(row) == (4, 8, 9, "too_few")
    assert (row["value"], row["n"]) == (0.5, 8)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.21522, 0.78478), abs=5e-6)
    assert row["value_se"] == pytest.approx((0.25 / 8) ** 0.5, abs=1e-12)
    assert told(rate(tables, "near_copy", scope_id="B")) == (2, 2, 3, "too_few")  # e2, e11; not e8, nor e7
    assert told(rate(tables, "near_copy", scope_id="M")) == (0, 1, 1, "too_few")
    assert told(rate(tables, "near_copy", Q2)) == (1, 4, 5, "too_few")  # e2; e3, e4, e9; e7


def test_texts_without_signatures_are_not_nought(tables: dict[str, pl.DataFrame]) -> None:
    row = rate(tables, "near_copy", "2024/25")
    assert told(row) == (None, None, 1, "not_collected")
    assert (row["value"], row["n"]) == (None, 0)
    assert told(rate(tables, "exact_copy", "2024/25")) == (0, 1, 1, "too_few")


def test_exact_copies(tables: dict[str, pl.DataFrame]) -> None:
    """That of e1 by s4 at D; the text of nobody and the one of 39 characters are none."""
    columns = (
        "record_id",
        "author_id",
        "other_record_id",
        "other_author_id",
        "other_institution_id",
        "similarity_share",
    )
    assert evidence(tables, "exact_copy", *columns) == [("e6", "s4", "e1", "s1", "A", 1)]
    assert told(rate(tables, "exact_copy")) == (0, 10, 10, "ok")
    assert told(rate(tables, "exact_copy", scope_id="M")) == (1, 1, 1, "too_few")
    assert told(rate(tables, "exact_copy", scope_id="all")) == (1, 11, 11, "ok")


def test_empty_protocols(tables: dict[str, pl.DataFrame]) -> None:
    """p2, p3 and m1, of four protocols of lessons, one of a meeting and six of cycles."""
    assert evidence(tables, "empty_protocol", "record_id", "author_id") == [("m1", "t1"), ("p2", None), ("p3", "t4")]
    assert told(rate(tables, "empty_protocol")) == (3, 11, 11, "ok")
    assert rate(tables, "empty_protocol")["value"] == pytest.approx(3 / 11, abs=1e-15)


def test_cycles_without_gain(tables: dict[str, pl.DataFrame]) -> None:
    """g1 after g0; after g3 nobody can say, and g4 follows g2."""
    columns = ("record_id", "group_id", "other_record_id", "author_id", "similarity_share")
    assert evidence(tables, "cycle_without_gain", *columns) == [("g1", "g", "g0", None, None)]
    assert told(rate(tables, "cycle_without_gain")) == (1, 3, 4, "too_few")


def test_why_a_share_is_not_told(tables: dict[str, pl.DataFrame]) -> None:
    assert told(rate(tables, "near_copy", Q4)) == (None, None, 0, "not_applicable")
    assert told(rate(tables, "cycle_without_gain", scope_id="M")) == (None, None, 0, "not_collected")
    assert told(rate(tables, "exact_copy", "2023/24", "all")) == (None, None, 0, "not_collected")
    assert told(rate(tables, "exact_copy", "2026/27")) == (None, None, 0, "not_yet_observed")


def test_evidence_is_what_the_country_counts(tables: dict[str, pl.DataFrame]) -> None:
    counted = {
        kind: rate(tables, kind, scope_id="all")["numerator"]
        for kind in ("empty_protocol", "exact_copy", "near_copy", "cycle_without_gain")
    }
    rows = tables["formalism_evidence"].filter(school_year=YEAR).group_by("kind").len()
    assert dict(rows.rows()) == counted
