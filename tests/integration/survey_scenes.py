"""What people answered, which events they came to and how reviewers marked products, on the network of `indicator_world`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from indicator_world import IndicatorWorld, network

#: Instrument: lowest and highest of the scale, items with their subscales, highest of the whole and its bound.
_INSTRUMENTS: dict[str, tuple[int, int, tuple[str, ...], int, str | None]] = {
    "trust": (1, 5, ("peers", "peers", "leaders"), 5, None),
    "wellbeing": (0, 5, ("mood", "mood", "energy"), 5, None),
    "pulse": (1, 5, ("mood", "mood", "mood"), 5, None),
    # Of its own a bound that is not the usual one.
    "technostress": (1, 5, ("load", "load", "load"), 5, "3"),
    "ict_test": (0, 5, ("files", "files", "lesson", "lesson"), 20, "12"),
    "tam": (1, 5, ("ease", "usefulness", "usefulness", "usefulness"), 5, None),
}
#: Instrument, wave, phase, wave of the other phase, last day.
_WAVES = (
    ("trust", "autumn", "single", None, "2025-10-20"),
    ("trust", "winter", "single", None, "2025-12-20"),
    ("trust", "spring", "single", None, "2026-03-20"),
    ("wellbeing", "may", "single", None, "2026-05-10"),
    ("pulse", "october", "single", None, "2025-10-15"),
    ("pulse", "november", "single", None, "2025-11-14"),
    # Of one pair the wave after names the other, of the other that before.
    ("ict_test", "before", "pre", None, "2025-10-10"),
    ("ict_test", "after", "post", "before", "2026-03-10"),
    ("ict_test", "first", "pre", "second", "2025-09-20"),
    ("ict_test", "second", "post", None, "2025-12-10"),
    ("technostress", "before", "pre", None, "2025-11-10"),
    ("technostress", "after", "post", "before", "2026-04-10"),
    ("tam", "april", "single", None, "2026-04-20"),
    ("tam", "november", "single", None, "2025-11-20"),
)
Answers = Sequence[int | None]


def close(value: Any) -> Any:
    """The same, but for what is rounded on the way: terms of sums have eight decimals."""
    return pytest.approx(value, rel=0, abs=1e-7)


def surveys() -> IndicatorWorld:
    w = network()
    for instrument, (low, high, subscales, top, bound) in _INSTRUMENTS.items():
        scale: dict[str, Any] = {"instrument": instrument, "scale_min": str(low), "scale_max": str(high)}
        for number, subscale in enumerate(subscales):
            # The third item of trust says the reverse.
            turned = {"reverse": instrument == "trust" and number == 2}
            w.add("survey_instruments", scale | turned | {"item": f"q{number}", "subscale": subscale})
        whole: dict[str, Any] = scale | {"item": "_total", "reverse": False, "scale_max": str(top), "threshold": bound}
        w.add("survey_instruments", whole)
    for instrument, wave, phase, pair, closed in _WAVES:
        told: dict[str, Any] = {"instrument": instrument, "wave": wave, "phase": phase, "pair_wave": pair}
        w.add("survey_waves", told | {"opened_on": closed[:8] + "01", "closed_on": closed})
    _trust(w)
    _wellbeing(w)
    _pulse(w)
    _ict(w)
    _technostress(w)
    _tam(w)
    _reliability(w)
    _events(w)
    _products(w)
    return w


def _answer(
    w: IndicatorWorld,
    wave: str,
    who: str,
    institution: str,
    values: Answers,
    *,
    role: str = "teacher",
    cluster: str | None = None,
    consent: bool = True,
) -> None:
    """One respondent; the wave is written as instrument and label."""
    instrument, label = wave.split()
    closed = next(row[4] for row in _WAVES if row[:2] == (instrument, label))
    given: dict[str, Any] = {
        "instrument": instrument,
        "wave": label,
        "respondent_id": who,
        "institution_id": institution,
    }
    given |= {"role": role, "cluster_id": cluster, "answered_at": f"{closed}T05:00:00"}
    for number, value in enumerate(values):
        text = None if value is None else str(value)
        w.add("survey_responses", given | {"item": f"q{number}", "value": text, "consent": consent})


def _invited(w: IndicatorWorld, wave: str, institution: str, invited: int, role: str = "teacher") -> None:
    instrument, label = wave.split()
    w.add(
        "survey_samples",
        {"instrument": instrument, "wave": label, "institution_id": institution, "role": role, "invited": invited},
    )


def winter_answers(number: int) -> tuple[int, int, int]:
    """What respondent `number` says of three items, as it is meant: the last one is asked in reverse."""
    mind = 1 + number % 5
    return mind, min(5, mind + number % 2), max(1, mind - (number % 3 == 0))


def _trust(w: IndicatorWorld) -> None:
    for number in range(10):
        _answer(w, "trust autumn", f"a{number}", "A", (4, 4, 2))
    for number in range(4):
        _answer(w, "trust autumn", f"b{number}", "B", (2, 2, 4))
    for number in range(2):
        _answer(w, "trust autumn", f"c{number}", "C", (3, 3, 3))
    for number in range(5):
        _answer(w, "trust autumn", f"m{number}", "A", (5, 5, 1), role="mentor")
        _answer(w, "trust autumn", f"d{number}", "D", (1, 1, 5))
    _answer(w, "trust autumn", "u", "U", (3, 3, 3), role="student")
    # One item of three is no score, and without consent nothing is used.
    _answer(w, "trust autumn", "few", "A", (1, None, None))
    _answer(w, "trust autumn", "refuses", "A", (1, 1, 5), consent=False)
    for institution, invited in (("A", 20), ("B", 8), ("C", 6), ("E", 6), ("D", 100)):
        _invited(w, "trust autumn", institution, invited)
    _invited(w, "trust autumn", "A", 5, "mentor")
    for wave, complete in (("winter", 30), ("spring", 29)):
        for number in range(complete):
            first, second, third = winter_answers(number)
            who = f"a{number}" if number < 10 else f"n{number}"
            _answer(w, f"trust {wave}", who, "A", (first, second, 6 - third))
        # Enough for a score, but not every item.
        _answer(w, f"trust {wave}", "most", "A", (3, 3, None))


def _wellbeing(w: IndicatorWorld) -> None:
    for number in range(6):
        _answer(w, "wellbeing may", f"a{number}", "A", (3, 3, 3))
    for number in range(10):
        _answer(w, "wellbeing may", f"b{number}", "B", (2, 2, 2), role="young_teacher")
    for number in range(9):
        _answer(w, "wellbeing may", f"d{number}", "D", (1, 1, 1), role="young_teacher")
    for number in range(5):
        _answer(w, "wellbeing may", f"s{number}", "C", (5, 5, 5), role="student")
    _invited(w, "wellbeing may", "A", 12)
    _invited(w, "wellbeing may", "C", 50, "student")


def _pulse(w: IndicatorWorld) -> None:
    october = [(2, 2, 3), (3, 2, 2), (3, 3, 2), (1, 1, 1)] + [(4, 4, 4)] * 6
    for number, values in enumerate(october):
        _answer(w, "pulse october", f"p{number}", "A", values)
    for number in range(9):
        _answer(w, "pulse november", f"p{number}", "A", (1, 1, 1) if number == 3 else (4, 4, 4))
    # Works at a school of K and answers for M.
    _answer(w, "pulse october", "other", "B", (5, 5, 5), cluster="M")
    _invited(w, "pulse october", "A", 20)
    _invited(w, "pulse november", "A", 5)


def _ict(w: IndicatorWorld) -> None:
    for number in range(8):
        before, after = ((2, 2, 2, 2), (3, 3, 3, 3)) if number < 4 else ((2, 3, 2, 3), (3, 3, 3, 2))
        _answer(w, "ict_test before", f"i{number}", "A", before)
        _answer(w, "ict_test after", f"i{number}", "A", after)
    _answer(w, "ict_test before", "only before", "A", (5, 5, 5, 5))
    _answer(w, "ict_test after", "only after", "A", (5, 5, 5, 5))
    for number in range(7):
        _answer(w, "ict_test first", f"d{number}", "D", (1, 1, 1, 1))
        _answer(w, "ict_test second", f"d{number}", "D", (4, 4, 4, 4))


def _technostress(w: IndicatorWorld) -> None:
    """x6 is at the bound itself before, and over it after."""
    before: list[Answers] = [*[(4, 4, 4)] * 6, (3, 3, None), *[(2, 2, 2)] * 3]
    after: list[Answers] = [*[(4, 4, 4)] * 2, *[(2, 2, 2)] * 4, (4, 3, 3), *[(2, 2, 2)] * 3]
    for wave, told in (("before", before), ("after", after)):
        for number, values in enumerate(told):
            _answer(w, f"technostress {wave}", f"x{number}", "A" if number < 5 else "B", values)
    for number in range(9):
        _answer(w, "technostress before", f"d{number}", "D", (5, 5, 5))


def _tam(w: IndicatorWorld) -> None:
    for number in range(8):
        _answer(w, "tam april", f"a{number}", "A", (4, 3, 3, 3))
    for number in range(5):
        _answer(w, "tam april", f"f{number}", "F", (2, 1, 1, 1))
    for number in range(7):
        _answer(w, "tam april", f"d{number}", "D", (5, 5, 5, 5))
    # The whole of ease, and one item of four: no score of the questionnaire.
    _answer(w, "tam april", "half", "A", (1, None, None, None))
    _invited(w, "tam april", "A", 16)
    _invited(w, "tam april", "F", 5)


def factorial(*made_of: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Answers to four items of 32 people, each another of all combinations of five things that are 1 or -1; an item is 3 and so
    much of each of the five. Variances and covariances are then products of these numbers."""
    return [
        tuple(3 + sum(share * one for share, one in zip(item, five, strict=True)) for item in made_of)
        for five in product((1, -1), repeat=5)
    ]


def drawn_answers() -> list[tuple[int, ...]]:
    """Answers of 60 people to four items of which one thing is the most."""
    rng = np.random.default_rng(7)
    thing = rng.normal(size=(60, 1))
    answers = 3 + thing * np.array([1.0, 0.7, 0.8, 0.5]) + 0.6 * rng.normal(size=(60, 4))
    return [tuple(int(value) for value in row) for row in np.clip(np.rint(answers), 1, 5)]


def _reliability(w: IndicatorWorld) -> None:
    """At A one thing is in all four items, twice in the first; at U two things, and the fourth item is of neither."""
    one = factorial((2, 0, 0, 0, 0), (1, 1, 0, 0, 0), (1, 0, 1, 0, 0), (1, 0, 0, 1, 0))
    two = factorial((1, 1, 0, 0, 0), (1, 0, 1, 0, 0), (0, 1, 0, 1, 0), (0, 0, 0, 0, 1))
    for institution, told in (("A", one), ("U", two), ("D", drawn_answers()), ("E", [(3, 3, 3, 3)] * 30)):
        for number, values in enumerate(told):
            _answer(w, "tam november", f"{institution} {number}", institution, values)


def _events(w: IndicatorWorld) -> None:
    for event, cluster, day, held in (
        ("e1", "K", "2025-09-10", True),
        ("e2", "K", "2025-09-20", True),
        ("e3", "K", "2025-10-10", True),
        ("e4", "K", "2025-10-20", True),
        ("off", "K", "2025-10-25", False),
        ("e6", "K", "2025-11-10", True),
        ("m1", "M", "2025-10-01", True),
    ):
        planned = {"event_id": event, "cluster_id": cluster, "kind": "plc_seminar", "planned_on": day}
        w.add("network_events", planned | {"held_on": day if held else None, "status": "held" if held else "cancelled"})
    for person, institution, events, missed in (
        ("t1", "A", "e1 e2 e3 e4 off", ""),
        ("t2", "A", "e1 e2 e3 e4 e6", "e4"),
        ("t3", "A", "e1 e2", ""),
        ("t3", "B", "e3 e4", ""),
        ("t6", "E", "e1 e2 e3 e4", ""),
        ("t1", "A", "m1", "m1"),
        *((f"p{number}", "C", "e1", "e1" if number > 3 else "") for number in range(1, 7)),
    ):
        for event in events.split():
            told: dict[str, Any] = {
                "event_id": event,
                "person_id": person,
                "institution_id": institution,
                "invited": True,
            }
            w.add("event_participants", told | {"attended": event not in missed.split()})
    # Who came without being asked is nobody who was invited.
    came = {
        "event_id": "e2",
        "person_id": "guest",
        "institution_id": "C",
        "invited": False,
        "attended": True,
    }
    w.add("event_participants", came)


Review = tuple[str, str, tuple[int, int, int]]


def reviews() -> Iterator[Review]:
    """Product of K, day, marks for novelty, applicability and evidence: ten products, of two or three raters each in autumn, nine
    again in spring, and one that a single rater saw."""
    for number in range(10):
        base = 2 + number % 4
        for rater in range(2 + number % 2):
            marks = base, min(5, base + rater % 2), max(1, base - (rater == 1 and number % 3 == 0))
            yield f"k{number}", "2025-11-11", marks
        if number < 9:
            yield f"k{number}", "2026-02-11", (base, base, base)
            yield f"k{number}", "2026-02-11", (base, max(1, base - 2), base)
    yield "single", "2025-11-11", (5, 5, 5)


def _products(w: IndicatorWorld) -> None:
    told = {"kind": "resource", "created_on": "2025-10-01"}
    for reviewed in dict.fromkeys(reviewed for reviewed, _, _ in reviews()):
        w.add("joint_products", told | {"product_id": reviewed, "cluster_id": "K", "institutions": "A;B"})
    for made, institutions in (("m1", "D;E"), ("m2", "D;E"), ("alone", "D")):
        w.add("joint_products", told | {"product_id": made, "cluster_id": "M", "institutions": institutions})
    of_m: list[Review] = [
        ("m1", "2025-11-11", (5, 3, 4)),
        ("m1", "2025-11-11", (4, 5, 4)),
        ("m2", "2025-11-11", (2, 2, 2)),
        ("m2", "2025-11-11", (1, 1, 1)),
        # One institution made it.
        ("alone", "2025-11-11", (1, 1, 1)),
    ]
    for number, (reviewed, day, marks) in enumerate([*reviews(), *of_m]):
        named = dict(zip(("novelty", "applicability", "evidence"), marks, strict=True))
        w.add("product_reviews", {"product_id": reviewed, "reviewer_id": f"r{number}", "reviewed_on": day} | named)
