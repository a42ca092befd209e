"""Members of cohorts and their figures as a candidate holds them, written from a few facts a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bilimkoz.connection import connect

LEVELS = ("workplace", "network", "profession")
ESTIMANDS = ("employed_at", "continuous")
MEASURES = [(level, estimand) for level in LEVELS for estimand in ESTIMANDS]
GONE, UNKNOWN, RETAINED, REMOVED = range(4)
HORIZONS = (12, 24)
Key = tuple[str, str, str, str, str, int]


@dataclass(frozen=True)
class Member:
    """A person's cohort, values of segments, and what became of them: (level, estimand, months) -> state."""

    cohort: int
    sex: str = "f"
    school: str = "s1"
    clusters: tuple[str, ...] = ()
    states: Mapping[tuple[str, str, int], int] = field(default_factory=dict)

    def state(self, level: str, estimand: str, months: int) -> int:
        return self.states.get((level, estimand, months), RETAINED)

    def places(self) -> list[tuple[str, str]]:
        """Segments and values under which a person is counted."""
        shared = [("all", "all"), ("sex", self.sex), ("region", self.school)]
        return shared + [("cluster", name) for name in self.clusters or ("none",)]


def figures(members: Mapping[str, Member]) -> dict[Key, Counter[int]]:
    """How many of each state there are by the key of the mart, the pool of cohorts aside."""
    counted: dict[Key, Counter[int]] = defaultdict(Counter)
    for member in members.values():
        for segment, value in member.places():
            for level, estimand in MEASURES:
                for months in HORIZONS:
                    label = f"{member.cohort}/{(member.cohort + 1) % 100:02d}"
                    key = (label, level, estimand, segment, value, months)
                    counted[key][member.state(level, estimand, months)] += 1
    return dict(counted)


def write(path: Path, members: Mapping[str, Member], observed: Sequence[tuple[int, int]]) -> None:
    """Into a candidate; `observed` are the cohorts and horizons that can be read."""
    numbers = {person: number for number, person in enumerate(sorted(members))}
    index = []
    for key, states in figures(members).items():
        hired = states.total()
        base = hired - states[REMOVED] - states[UNKNOWN]
        is_observed = (int(key[0][:4]), key[5]) in observed
        seen = (states[RETAINED], states[UNKNOWN], states[REMOVED], states[RETAINED] / base if base else None)
        status = "not_yet_observed" if not is_observed else "ok" if base >= 10 else "too_few"
        index.append([*key, hired, *(seen if is_observed else [None] * 4), status])
    outcomes = ", ".join(f"{estimand}_{level} integer" for level, estimand in MEASURES)
    with connect(path) as connection:
        connection.execute(
            """create or replace table marts.retention_index (cohort_year varchar, level varchar, estimand varchar,
            segment varchar, segment_value varchar, horizon_months integer, hired_n bigint, retained_n bigint,
            unknown_n bigint, removed_n bigint, index_share double, status varchar)"""
        )
        connection.execute(
            """create or replace table intermediate.int_retention_member (member_no integer, person_id varchar,
            cohort_start_year integer, institution_id varchar, network_set varchar, is_never_started boolean, sex varchar)"""
        )
        connection.execute(
            f"create or replace table intermediate.int_retention_outcome (member_no integer, horizon_months integer,"
            f" is_cohort_observed boolean, {outcomes})"
        )
        connection.execute(
            "create or replace table intermediate.int_place_segment"
            " (institution_id varchar, segment varchar, segment_value varchar)"
        )
        connection.execute(
            "create or replace table intermediate.int_network_set"
            " (network_set varchar, cluster varchar, cluster_role varchar)"
        )
        tables: dict[str, list[list[object]]] = {
            "marts.retention_index": index,
            "intermediate.int_retention_member": [
                [numbers[name], name, one.cohort, one.school, ";".join(one.clusters), False, one.sex]
                for name, one in members.items()
            ],
            "intermediate.int_retention_outcome": [
                [
                    numbers[name],
                    months,
                    (one.cohort, months) in observed,
                    *(one.state(level, estimand, months) for level, estimand in MEASURES),
                ]
                for name, one in members.items()
                for months in HORIZONS
            ],
            "intermediate.int_place_segment": [
                [school, segment, value]
                for school in sorted({one.school for one in members.values()})
                for segment, value in (("all", "all"), ("region", school))
            ],
            "intermediate.int_network_set": [
                [";".join(clusters), name, role]
                for clusters in sorted({one.clusters for one in members.values()})
                for name in clusters or ("none",)
                for role in ("lead", "partner")
            ],
        }
        for table, rows in tables.items():
            if rows:
                connection.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)
