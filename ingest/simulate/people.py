"""Who the people are: identifiers, birth, sex, how and when they came, where they started.

Four ways to come: `staff` were in post before the registry begins, `veteran` came later with a career elsewhere,
`beginner` came to a first teaching post (they make the cohorts), `not_started` were hired and never came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.simulate.chain import GROUP_INDEX
from ingest.simulate.dates import NEVER, Days, Ints, after, first_september
from ingest.simulate.identifiers import iins, isikukoodid
from ingest.simulate.network import Network
from ingest.simulate.profile import Profile

WAYS = ("staff", "veteran", "beginner", "not_started")
ROLES = (
    "teacher",
    "school_leader",
    "psychologist",
    "social_pedagogue",
    "other",
    "college_lecturer",
    "university_lecturer",
    "mentor",
)
ROLE_INDEX = {name: number for number, name in enumerate(ROLES)}
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """Arrays of n persons; the position in them is the person's number.

    `start` is the first day of the first post told of, `anchor` the day from which the chain runs (t0 of beginners;
    of staff the day the registry begins), `entry` the number of the institution, `cluster` the number of its network
    on t0 or -1, `group` the hazard group, `teaching_since` the first day in any teaching post.
    """

    way: Ints
    is_ehis: Flags
    is_male: Flags
    born: Days
    identifier: list[str]
    start: Days
    anchor: Days
    entry: Ints
    role: Ints
    cluster: Ints
    group: Ints
    teaching_since: Days

    @property
    def n(self) -> int:
        return len(self.way)


def draw(
    profile: Profile,
    network: Network,
    rng: np.random.Generator,
    serials: Callable[[Days, Flags], Ints] | None = None,
) -> People:
    """All people of a profile, staff first, then by school year of hire.

    `serials` gives the serial numbers in the identifiers of people with these birthdays and sexes (none: as they come).
    """
    way, hired_year = _ways(profile)
    n = len(way)
    entry = _entries(network, way, rng)
    is_ehis = (network.institutions["register"] == "ehis").to_numpy()[entry]
    anchor = np.where(way == 0, np.datetime64(profile.registry_complete_from, "D"), _first_days(hired_year, way, rng))
    entry, anchor = _new_institution(network, entry, anchor, (way == 1) & (hired_year == 2021) & ~is_ehis)
    entry = _open_on(network, entry, anchor)
    start = np.where(way == 0, after(anchor, -rng.integers(30, 8000, n)), anchor)
    age = _ages(way, is_ehis, start, rng)
    born = after(start, -(age * 365.25).astype(np.int64) - rng.integers(0, 365, n))
    before = np.where(way == 1, rng.integers(400, 7000, n), np.where(way == 0, rng.integers(0, 2500, n), 0))
    since = np.maximum(after(start, -before), after(born, 20 * 366))  # nobody teaches before 20
    substitute = (way == 2) & (rng.random(n) < 0.05)
    since = np.where(substitute, after(start, -rng.integers(1, 100, n)), np.minimum(since, start))
    is_male = rng.random(n) < 0.24
    serial = np.arange(n) if serials is None else serials(born, is_male)
    identifier = np.where(is_ehis, isikukoodid(born, is_male, serial), iins(born, is_male, serial)).tolist()
    if len(set(identifier)) != n:
        raise ValueError("two people drew one identifier")
    cluster = _cluster_on(network, entry, anchor)
    return People(
        way=way,
        is_ehis=is_ehis,
        is_male=is_male,
        born=born,
        identifier=identifier,
        start=start,
        anchor=anchor,
        entry=entry,
        role=_roles(network, entry, way, rng),
        cluster=cluster,
        group=_groups(way, is_ehis, cluster),
        teaching_since=np.where(way == 3, NEVER, since),
    )


def _ways(profile: Profile) -> tuple[Ints, Ints]:
    years = np.array(profile.cohort_years)
    beginners = np.repeat(years, profile.entrants_per_year)
    last = np.full(profile.entrants_per_year // 2, profile.last_year + 1)  # hired for the year that has just begun
    not_started = np.full(max(profile.people_n // 160, 1), profile.first_year) + np.arange(
        max(profile.people_n // 160, 1)
    ) % len(range(profile.first_year, profile.last_year + 1))
    rest = profile.people_n - len(beginners) - len(last) - len(not_started)
    staff_n = rest * profile.staff_tenths // 10
    veterans = years[np.arange(rest - staff_n) * len(years) // (rest - staff_n)]
    way = np.repeat([0, 1, 2, 2, 3], [staff_n, len(veterans), len(beginners), len(last), len(not_started)])
    hired = np.concatenate([np.zeros(staff_n, dtype=np.int64), veterans, beginners, last, not_started])
    return way, hired


def _entries(network: Network, way: Ints, rng: np.random.Generator) -> Ints:
    weight = network.institutions["weight"].to_numpy()
    is_school = network.institutions["kind"].is_in(["school", "small_school"]).to_numpy()
    anywhere = rng.choice(len(weight), len(way), p=weight / weight.sum())
    schools = np.where(is_school, weight, 0.0)
    at_school = rng.choice(len(weight), len(way), p=schools / schools.sum())
    # Every institution that works has somebody, however the draw falls.
    working = np.flatnonzero(weight > 0)
    anywhere[: len(working) * 3] = np.tile(working, 3)[: len(anywhere)]
    kz = (network.institutions["register"] == "kz").to_numpy()
    not_started = rng.choice(np.flatnonzero(is_school & kz), len(way))
    entry: Ints = np.where(way == 2, at_school, np.where(way == 3, not_started, anywhere))
    return entry


def _new_institution(network: Network, entry: Ints, anchor: Days, may_start: Flags) -> tuple[Ints, Days]:
    """Six experienced people of its register start at the resource centre in the month after it opens."""
    numbers = network.institutions.filter(kind="resource_centre")["number"].to_numpy()
    chosen = np.flatnonzero(may_start)[:6] if len(numbers) else np.array([], dtype=np.int64)
    entry, anchor = entry.copy(), anchor.copy()
    if len(numbers):
        entry[chosen] = numbers[0]
        anchor[chosen] = after(np.datetime64("2021-09-06", "D"), np.arange(len(chosen)))
    return entry, anchor


def _open_on(network: Network, entry: Ints, anchor: Days) -> Ints:
    """Moves those who would start at an institution that was not open then."""
    numbers = network.institutions["number"].to_numpy()
    opened = network.institutions["opened_on"].to_numpy().astype("datetime64[D]")
    late = np.flatnonzero(opened > np.datetime64("2014-01-01", "D"))
    for number in late:  # at most one institution opens inside the simulated years
        entry = np.where((entry == number) & (anchor < after(opened[number], 20)), numbers[0], entry)
    if network.merged:
        old, new, day = network.merged
        entry = np.where((entry == old) & (anchor >= np.datetime64(day, "D")), new, entry)
    return entry


def _first_days(hired_year: Ints, way: Ints, rng: np.random.Generator) -> Days:
    """Three in four start from 15 August to 1 September, the rest by the end of May."""
    n = len(hired_year)
    base = np.datetime64("1970-09-01", "Y") + (hired_year - 1970).astype("timedelta64[Y]")
    september = base.astype("datetime64[M]") + np.timedelta64(8, "M")
    autumn = np.minimum(rng.integers(-17, 9, n), 0)
    offset = np.where(rng.random(n) < 0.75, autumn, rng.integers(1, 270, n))
    this_year = hired_year == hired_year.max()
    offset = np.where(this_year | (way == 3), autumn, offset)
    days = after(september, offset)
    leap = np.flatnonzero((way == 2) & (hired_year == 2023))[:1]
    days[leap] = np.datetime64("2024-02-29", "D")
    return days


def _ages(way: Ints, is_ehis: Flags, start: Days, rng: np.random.Generator) -> Ints:
    n = len(way)
    young = rng.integers(21, 25, n)
    beginner = np.where((rng.random(n) < 0.75) | is_ehis, young, rng.integers(26, 42, n))
    age: Ints = np.where(way >= 2, beginner, rng.integers(22, 48, n))
    # Staff hired long ago are still of working age when the registry begins.
    return np.where((way == 0) & (start < first_september(2000)), np.minimum(age, 36), age)


def _cluster_on(network: Network, entry: Ints, day: Days) -> Ints:
    """Number of the network of which the institution is a member on that day, -1 for none."""
    clusters = network.clusters["cluster_id"].to_list()
    place = {identifier: number for number, identifier in enumerate(network.institutions["institution_id"])}
    result = np.full(len(entry), -1, dtype=np.int64)
    for row in network.members.iter_rows(named=True):
        member = (entry == place[row["institution_id"]]) & (day >= np.datetime64(row["joined_on"], "D"))
        if row["left_on"] is not None:
            member &= day <= np.datetime64(row["left_on"], "D")
        result = np.where(member, clusters.index(row["cluster_id"]), result)
    return result


def _roles(network: Network, entry: Ints, way: Ints, rng: np.random.Generator) -> Ints:
    kind = network.institutions["kind"].to_numpy()[entry]
    u = rng.random(len(entry))
    school = np.searchsorted([0.80, 0.87, 0.91, 0.94], u, side="right")  # teacher, leader, psychologist, social, other
    role = np.select(
        [np.isin(kind, ["school", "small_school"]), kind == "college", kind == "university", kind == "enterprise"],
        [school, np.where(u < 0.85, 5, 4), np.where(u < 0.85, 6, 4), np.full(len(u), 7)],
        default=np.where(u < 0.1, 1, 4),
    )
    chosen: Ints = np.where(way >= 2, 0, role)
    return chosen


def _groups(way: Ints, is_ehis: Flags, cluster: Ints) -> Ints:
    beginner = np.where(
        is_ehis,
        GROUP_INDEX["beginner_in_ehis"],
        np.where(cluster >= 0, GROUP_INDEX["beginner_in_cluster"], GROUP_INDEX["beginner"]),
    )
    staff = np.where(is_ehis, GROUP_INDEX["staff_in_ehis"], GROUP_INDEX["staff"])
    groups: Ints = np.where(way == 2, beginner, staff)
    return groups
