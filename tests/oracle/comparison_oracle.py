"""The comparison with controls a second time, from the same matches, person by person and pair by pair in plain Python.

It knows no weights by institution, influences or clusters of sums: shares are means of people who each carry a weight, a
restricted mean is lifelines' of people who do, and the standard error is a sum over pairs of pairs that share a unit.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from dataclasses import dataclass
from itertools import product

import duckdb
import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from statsmodels.duration.survfunc import survdiff

from estimators.comparison import comparison_matches


@dataclass(frozen=True)
class Person:
    member_no: int
    stayed: dict[int, bool]
    last_month: int
    is_exit: bool


class Compared:
    """A cluster whose members are matched, or several of them, which are then the units. One level, nobody unknown or removed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, clusters: list[str]) -> None:
        self.people = _people(connection)
        self.pooled = len(clusters) > 1
        self.pairs: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
        for row in comparison_matches(connection).iter_rows(named=True):
            if row["cluster_id"] in clusters and row["match_status"] == "matched":
                key = (row["cluster_id"], row["institution_id"])
                self.pairs[key].append((row["control_institution_id"], row["distance_share"]))

    def _sides(self, months: int | None) -> tuple[list[tuple[Person, float]], list[tuple[Person, float]]]:
        """People with their weights. `months`: those whose horizon is observed."""

        def hired(institution: str) -> list[Person]:
            return [p for p in self.people[institution] if months is None or months in p.stayed]

        members, controls = [], []
        for (_, institution), matched in self.pairs.items():
            own = hired(institution)
            theirs = [person for control, _ in matched for person in hired(control)]
            if own and theirs:
                members += [(person, 1.0) for person in own]
                controls += [(person, len(own) / len(theirs)) for person in theirs]
        return members, controls

    def shares(self, months: int) -> tuple[float, float]:
        def mean(side: list[tuple[Person, float]]) -> float:
            return sum(w * p.stayed[months] for p, w in side) / sum(w for _, w in side)

        members, controls = self._sides(months)
        return mean(members), mean(controls)

    def restricted_means(self, months: int) -> tuple[float, float]:
        def mean(side: list[tuple[Person, float]]) -> float:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Weights that are no whole numbers.
                fitter = KaplanMeierFitter().fit(
                    [p.last_month for p, _ in side], [p.is_exit for p, _ in side], weights=[w for _, w in side]
                )
            return float(restricted_mean_survival_time(fitter, t=months))

        members, controls = self._sides(None)
        return mean(members), mean(controls)

    def share_error(self, months: int) -> float:
        """Two-way clustering: parts of all pairs of a member and a control, multiplied where they share a member unit, a
        control, less those that share both."""
        hired = {
            place: [p.stayed[months] for p in people if months in p.stayed] for place, people in self.people.items()
        }
        everyone = sum(len(hired[institution]) for _, institution in self.pairs)
        difference = self.shares(months)[0] - self.shares(months)[1]
        parts = []
        for (cluster, institution), matched in self.pairs.items():
            theirs_n = sum(len(hired[control]) for control, _ in matched)
            for control, _ in matched:
                weight = len(hired[institution]) / everyone * len(hired[control]) / theirs_n
                part = weight * (np.mean(hired[institution]) - np.mean(hired[control]) - difference)
                parts.append((cluster if self.pooled else institution, control, part))

        def spread(*places: int) -> float:
            units = len({tuple(part[i] for i in places) for part in parts})
            shared = (a[2] * b[2] for a, b in product(parts, parts) if all(a[i] == b[i] for i in places))
            return float(sum(shared)) * units / (units - 1)

        one, other, both = spread(0), spread(1), spread(0, 1)
        return float(max(one + other - both, one, other) ** 0.5)

    def balance(self, connection: duckdb.DuckDBPyConnection) -> float:
        """The larger standardised difference, a member weighing by its hires and its controls by theirs. One place and window."""
        prior = {
            institution: (hired_n, base_n)
            for institution, hired_n, base_n in connection.execute(
                "select institution_id, hired_n, base_n from intermediate.int_comparison_prior"
            ).fetchall()
        }
        logarithms = {institution: float(np.log(1 + hired_n)) for institution, (hired_n, _) in prior.items()}
        sd = np.std([logarithms[institution] for institution, (_, base_n) in prior.items() if base_n >= 5], ddof=1)
        shares: dict[str, float] = {}
        for row in comparison_matches(connection).iter_rows(named=True):
            shares |= {
                row["institution_id"]: row["prior_share"],
                row["control_institution_id"]: row["control_prior_share"],
            }
            share_sd = row["caliper_share"] / 0.2

        def difference(values: dict[str, float]) -> float:
            members = [(values[own], len(self.people[own])) for _, own in self.pairs]
            controls = []
            for (_, own), matched in self.pairs.items():
                theirs_n = sum(len(self.people[control]) for control, _ in matched)
                controls += [
                    (values[control], len(self.people[own]) * len(self.people[control]) / theirs_n)
                    for control, _ in matched
                ]
            means = [np.average([v for v, _ in side], weights=[w for _, w in side]) for side in (members, controls)]
            return float(abs(means[0] - means[1]))

        return max(difference(shares) / share_sd, difference(logarithms) / float(sd))

    def chi2(self) -> float:
        """Statsmodels' stratified log-rank. Only for matches in which no two members are equally near to one control."""
        nearest: dict[str, tuple[float, tuple[str, str]]] = {}
        for key, matched in self.pairs.items():
            for control, distance in matched:
                nearest[control] = min(nearest.get(control, (2.0, key)), (distance, key))
        rows = []
        for number, key in enumerate(self.pairs):
            controls = [control for control, _ in self.pairs[key] if nearest[control][1] == key]
            if controls:
                rows += [(number, True, p) for p in self.people[key[1]]]
                rows += [(number, False, p) for control in controls for p in self.people[control]]
        return float(
            survdiff(
                np.array([p.last_month for _, _, p in rows]),
                np.array([p.is_exit for _, _, p in rows]),
                np.array([is_member for _, is_member, _ in rows]),
                strata=np.array([number for number, _, _ in rows]),
            )[0]
        )


def _people(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Person]]:
    """Those hired after the joining day of random worlds, by institution."""
    stayed: dict[int, dict[int, bool]] = defaultdict(dict)
    for member_no, months, outcome in connection.execute(
        "select member_no, horizon_months, employed_at_workplace from intermediate.int_retention_outcome"
    ).fetchall():
        stayed[member_no][months] = outcome == 2
    found: dict[str, list[Person]] = defaultdict(list)
    for institution, member_no, last_month, is_exit in connection.execute(
        """select m.institution_id, m.member_no, e.last_month, e.is_exit from intermediate.int_retention_member as m
        inner join intermediate.int_retention_exposure as e using (member_no)
        where m.t0_on > date '2016-09-01' order by m.member_no"""
    ).fetchall():
        found[institution].append(Person(member_no, stayed[member_no], last_month, is_exit))
    return found
