"""Runs the chain month by month for everybody and turns its events into spells of work.

A spell is one stay at one institution; posts (`posts`) are made of spells. Events fall on a day inside their month,
so that a state at the end of month j is the state on the day t0 + j months: one who leaves in month j has
end_date + 1 on or before that day, one who arrives starts on or before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import polars as pl

from ingest.simulate.chain import AT_WORK, CLASS, GROUP_INDEX, INDEX, STATES, band_of, matrices
from ingest.simulate.dates import Days, Floats, Ints, add_months, after, day_column, days_of, month_of, year_of
from ingest.simulate.network import Network
from ingest.simulate.people import ROLE_INDEX, People
from ingest.simulate.profile import Profile

WORKING = 2  # classes 0, 1, 2 hold a teaching post
AGED = 58
EVENTS = {"person": pl.Int64, "step": pl.Int64, "departs": pl.Int64, "arrives": pl.Int64, "cause": pl.String}


def spells(
    profile: Profile,
    people: People,
    network: Network,
    shunned: Collection[int],
    rng: np.random.Generator,
    pace: Floats | None = None,
) -> pl.DataFrame:
    """One row a spell: person, order (0..), class, institution, role, start, end (null: runs), cause.

    `cause` is why the spell ends: out, moved_network, moved_outside, removed. Nobody moves to an institution in
    `shunned`: those whose records are incomplete, so that what the lists show stays true to what happened.
    `pace` multiplies each person's chances to leave a post (none: all as their group).
    """
    events = _events(profile, people, rng, pace)
    first = pl.DataFrame(
        {
            "person": np.flatnonzero(people.way != 3),
            "step": 0,
            "arrives": 0,
            "start": people.start[people.way != 3],
        }
    ).with_columns(day_column("start", people.start[people.way != 3]))
    arrivals = pl.concat(
        [first, events.filter(pl.col("arrives") <= WORKING).select("person", "step", "arrives", "start")],
        how="vertical_relaxed",
    ).sort("person", "step")
    arrivals = arrivals.with_columns(order=pl.int_range(pl.len()).over("person"))
    departures = events.filter(pl.col("departs") <= WORKING).sort("person", "step")
    departures = departures.with_columns(order=pl.int_range(pl.len()).over("person")).select(
        "person", "order", "end", "cause"
    )
    joined = arrivals.join(departures, on=["person", "order"], how="left").sort("person", "order")
    return _placed(joined, people, network, shunned, rng)


def _events(profile: Profile, people: People, rng: np.random.Generator, pace: Floats | None) -> pl.DataFrame:
    chances = matrices().cumsum(axis=-1)
    as_of = np.datetime64(profile.as_of, "D")
    state = np.zeros(people.n, dtype=np.int64)
    first_month = month_of(after(people.anchor, 15))
    parts: list[pl.DataFrame] = []
    months_n = 12 * (profile.last_year + 3 - profile.registry_complete_from.year)
    for step in range(1, months_n + 1):  # a loop over months, not over people
        begins = add_months(people.anchor, step - 1)
        ends = add_months(people.anchor, step)
        running = (begins < as_of) & (people.way != 3)
        aged = (people.way < 2) & ~people.is_ehis & (year_of(begins) - year_of(people.born) >= AGED)
        group = np.where(aged, GROUP_INDEX["staff_aged"], people.group)
        band = np.where(people.way == 2, band_of(step), 2)
        row = chances[group, band, (first_month + step - 2) % 12, state]
        u = rng.random(people.n)
        if pace is not None:
            u = _paced(u, row, state, pace)
        then = np.minimum((u[:, None] >= row).sum(axis=1), len(STATES) - 1)
        parts.append(
            _month_events(np.flatnonzero(running), step, state=state, then=then, begins=begins, ends=ends, rng=rng)
        )
        state = np.where(running, then, state)
    return pl.concat(parts)


def _paced(u: Floats, row: Floats, state: Ints, pace: Floats) -> Floats:
    """Draws that fall into each way to leave a post `pace` times as often, and into staying for the rest.

    `row` holds the cumulated chances of the states that may follow; one who is at work stays with those between `low`
    and `high`.
    """
    who = np.arange(len(state))
    high = row[who, state]
    low = np.where(state > 0, row[who, np.maximum(state - 1, 0)], 0.0)
    leave = u / pace  # uniform over the chances to leave, for those who do
    leaves = leave < 1 - (high - low)
    moved = np.where(leaves, np.where(leave < low, leave, leave + (high - low)), low)
    paced: Floats = np.where(np.isin(state, AT_WORK), moved, u)
    return paced


def _month_events(
    who: Ints, step: int, *, state: Ints, then: Ints, begins: Days, ends: Days, rng: np.random.Generator
) -> pl.DataFrame:
    """The moves, exits and returns of one month; both draws are made for everybody so that streams stay aligned."""
    u, v = rng.random(len(state)), rng.random(len(state))
    # A change of state within one class is a countdown, except an arrival (w1, n1, o1).
    arrives_now = np.isin(then, [INDEX["w1"], INDEX["n1"], INDEX["o1"]])
    changed = (CLASS[state] != CLASS[then]) | arrives_now
    who = who[changed[who]]
    length = (ends - begins).astype(np.int64)
    offset = 1 + (u * length).astype(np.int64)  # 1..length: the first day on which the old state is over
    over = after(begins, np.minimum(offset, length))
    left = (ends - over).astype(np.int64)
    start = after(over, v * v * (left + 1))
    moved = arrives_now & (CLASS[state] <= WORKING)
    # Who leaves a school at the end of June starts at the next one in the last days of August.
    summer = moved & np.isin(month_of(after(over, -1)), [6, 7])
    august = (over.astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(7, "M")).astype("datetime64[D]")
    start = np.where(summer, after(august, 19 + v * 13), start)
    departs = CLASS[state][who]
    arrives = CLASS[then][who]
    cause = np.select(
        [arrives == 4, arrives == 3, arrives == 2, arrives == 1],
        ["removed", "out", "moved_outside", "moved_network"],
        default="moved_network",
    )
    columns = {"person": who, "step": np.full(len(who), step), "departs": departs, "arrives": arrives, "cause": cause}
    return pl.DataFrame(columns, schema=EVENTS).with_columns(
        day_column("end", after(over, -1)[who]), day_column("start", start[who])
    )


def _placed(
    frame: pl.DataFrame, people: People, network: Network, shunned: Collection[int], rng: np.random.Generator
) -> pl.DataFrame:
    """Gives every spell its institution and role."""
    person = frame["person"].to_numpy()
    arrives = frame["arrives"].to_numpy()
    start = days_of(frame["start"])
    u = rng.random(len(person))
    inside, outside = _candidates(network, shunned)
    institution = people.entry[person]
    for target, lists in ((1, inside), (2, outside)):
        key = people.entry[person] * 100 + people.cluster[person] + 1
        for value in np.unique(key[arrives == target]):
            chosen = np.flatnonzero((key == value) & (arrives == target))
            pool = lists(int(value) // 100, int(value) % 100 - 1)
            institution[chosen] = pool[(u[chosen] * len(pool)).astype(np.int64)]
    if network.merged:
        old, new, day = network.merged
        institution = np.where((institution == old) & (start >= np.datetime64(day, "D")), new, institution)
    kind = network.institutions["kind"].to_numpy()[institution]
    role = people.role[person]
    teaches = np.isin(role, [ROLE_INDEX[name] for name in ("teacher", "college_lecturer", "university_lecturer")])
    role = np.where(teaches & (kind == "college"), ROLE_INDEX["college_lecturer"], role)
    role = np.where(teaches & np.isin(kind, ["school", "small_school"]), ROLE_INDEX["teacher"], role)
    return frame.with_columns(
        pl.Series("institution", institution),
        pl.Series("role", role),
        pl.Series("draw", rng.random(len(person))),
    ).rename({"arrives": "class"})


Pool = Callable[[int, int], Ints]


def _candidates(network: Network, shunned: Collection[int]) -> tuple[Pool, Pool]:
    """Two functions (entry, cluster) -> numbers of institutions one may move to, inside and outside the network.

    Only members for good are moved to inside, only schools that are never members outside, so that a move means the
    same on every later day, whatever membership does.
    """
    frame = network.institutions
    ids = frame["institution_id"].to_list()
    numbers = frame["number"].to_numpy()
    is_ehis = (frame["register"] == "ehis").to_numpy()
    merged = np.isin(numbers, network.merged[:2] if network.merged else ())
    fit = frame["kind"].is_in(["school", "small_school", "college"]).to_numpy() & ~merged
    fit &= (frame["weight"].to_numpy() > 0) & ~np.isin(numbers, list(shunned))
    clusters = network.clusters.select("cluster_id", "founded_on").rows()
    member = np.array([np.isin(ids, network.members.filter(cluster_id=name)["institution_id"]) for name, _ in clusters])
    stable = np.array(
        [
            np.isin(
                ids,
                network.members.filter(pl.col("left_on").is_null(), cluster_id=name, joined_on=founded)[
                    "institution_id"
                ],
            )
            for name, founded in clusters
        ]
    )

    def outside(entry: int, cluster: int) -> Ints:
        able = fit & (is_ehis == is_ehis[entry]) & (numbers != entry)
        if cluster >= 0:
            able &= ~member[cluster]
        pool: Ints = numbers[able]
        return pool

    def inside(entry: int, cluster: int) -> Ints:
        if cluster < 0:
            return outside(entry, cluster)
        pool: Ints = numbers[fit & stable[cluster] & (numbers != entry)]
        return pool

    return inside, outside
