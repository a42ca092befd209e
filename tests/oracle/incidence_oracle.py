"""What ended the first stay of a person, and the cumulative incidence of each cause, by the definitions and with fractions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from career_days import add_months
from cohort_entry import Entrant

CAUSES = {
    "workplace": ("moved_network", "moved_outside", "left", "retired", "died", "unknown"),
    "network": ("moved_outside", "left", "retired", "died", "unknown"),
    "profession": ("left", "retired", "died"),
}
#: The last month at risk, and what happened in it: a cause, or nothing that is known.
Event = tuple[int, str | None]


def first_event(entrant: Entrant, level: str) -> Event | None:
    """None: not at risk even in month 0."""
    first, t0 = entrant.levels[level].first(), entrant.t0
    is_known = first.has_ended() and not (entrant.career.is_local and level != "workplace")
    followed_to = first.window_end if is_known else first.read_to
    if followed_to < t0:
        return None
    followed = next(j for j in range(2400) if add_months(t0, j + 1) > followed_to)
    if is_known:
        month = next(j for j in range(1, 2400) if first.last + timedelta(1) <= add_months(t0, j))
        if month <= followed:
            return month, cause_of(entrant, level)
    return followed, None


def cause_of(entrant: Entrant, level: str) -> str:
    """Why a stay that is known to have ended did: where the person is the day after, or what the register says."""
    day_after = entrant.levels[level].first().last + timedelta(1)
    if level == "workplace" and entrant.levels["network"].first().last >= day_after:
        return "moved_network"
    if level != "profession" and entrant.levels["profession"].first().last >= day_after:
        return "moved_outside"
    if entrant.career.ends_in_removal() and entrant.career.last_held_day() < day_after:
        return entrant.career.removing_reason()
    wider = {"workplace": ("network", "profession"), "network": ("profession",), "profession": ()}[level]
    if any(entrant.career.is_local or not entrant.levels[name].first().has_ended() for name in wider):
        return "unknown"
    return "left"


def aalen_johansen(
    level: str, events: list[Event], months_n: int
) -> Iterator[tuple[int, str, int, int, float, float, float]]:
    """month, cause, at_risk_n, cause_n, incidence, standard error, event-free share, as long as somebody is at risk."""
    table = []
    free, incidence = Fraction(1), dict.fromkeys(CAUSES[level], Fraction(0))
    for month in range(months_n + 1):
        at_risk = sum(last >= month for last, _ in events)
        if not at_risk:
            return
        counts = {name: sum(event == (month, name) for event in events) for name in CAUSES[level]}
        before = free
        for name, count in counts.items():
            incidence[name] += before * Fraction(count, at_risk)
        free *= 1 - Fraction(sum(counts.values()), at_risk)
        table.append((at_risk, counts, before, dict(incidence)))
        for name in CAUSES[level]:
            yield month, name, at_risk, counts[name], float(incidence[name]), standard_error(table, name), float(free)


def standard_error(table: list[tuple[int, dict[str, int], Fraction, dict[str, Fraction]]], name: str) -> float:
    """Marubini and Valsecchi's variance, term by term."""
    now = table[-1][3][name]
    variance = Fraction(0)
    for n, counts, before, incidence in table:
        d, own, rest = sum(counts.values()), counts[name], now - incidence[name]
        if d and d < n:
            variance += rest**2 * Fraction(d, n * (n - d))
        variance += before**2 * Fraction(own * (n - own), n**3)
        variance -= 2 * rest * before * Fraction(own, n**2)
    return math.sqrt(max(variance, Fraction(0)))
