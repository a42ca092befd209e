"""What people of networks do on the platform, the tasks it keeps, and the requests to its support service."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country.world import World
from ingest.simulate.dates import Floats, Ints

#: How much is done in each month from September on: the summer is quiet.
SEASON = np.array([1.0, 1.0, 1.0, 0.9, 0.8, 1.0, 1.0, 1.0, 1.0, 0.4, 0.05, 0.3])
ACTIONS = ("login", "upload_plan", "comment", "session", "card_opened", "card_closed", "error")
CHANCES = (0.40, 0.10, 0.15, 0.20, 0.06, 0.05, 0.04)
WITHOUT_OBJECT = [ACTIONS.index(name) for name in ("login", "error")]
#: Requests are as many in every month of teaching.
OF_REQUESTS = np.where(SEASON >= 0.8, 1.0, SEASON)
#: Gamma law of how busy one is: few do most.
SHAPE = 1.5
OBJECTS_N = 40_000
#: Tasks and requests of a network in a busy month.
CARDS, TICKETS = 20, 150
KINDS = ("lesson plan", "protocol", "report", "consultation")
CATEGORIES = ("login", "upload", "report", "slow")
CLOSED, IN_TIME = 0.9, 0.8
_DAY_MS = 86_400_000


def users(world: World, number: int) -> pl.DataFrame:
    """People of schools that are in a network in a delivered year, with its number as `cluster`."""
    frame = world.of_schools(date(world.year(number), 10, 1), teachers=False)
    member = world.member(frame["institution"].to_numpy(), world.year(number))
    return frame.with_columns(cluster=pl.Series(member)).filter(pl.col("cluster") >= 0)


def events(world: World, number: int) -> pl.DataFrame:
    """The events of a delivered year in the order of time; how many a person does hangs on the person, not on the year."""
    rng = world.rng("events", number)
    busy_of = world.rng("busy").gamma(SHAPE, 1 / SHAPE, world.staff.people.n)
    size = world.order.size
    all_busy = sum(busy_of[users(world, year)["person"].to_numpy()].sum() for year in range(size.years_n))
    frame = users(world, number)
    busy = busy_of[frame["person"].to_numpy()]
    counts = rng.poisson(size.share(size.events_n, world.oblast) / all_busy * busy[:, None] * SEASON / SEASON.sum())
    who, month = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), 12)
    n = len(who)
    first, days_n = _months(world.year(number))
    day = (rng.random(n) * days_n[month]).astype(np.int64)
    # In an episode each comes in one week only, by turns.
    in_episode = world.episodes.of("W05", number)[frame["cluster"].to_numpy()[who], month] > 0
    week = (frame["person"].to_numpy()[who] + month) % 4
    day = np.where(in_episode, week * 7 + day % 7, day)
    clock = 7 * 3_600_000 + (rng.random(n) * 14 * 3_600_000).astype(np.int64) // 1000 * 1000
    moment = (first[month] + day) * _DAY_MS + clock
    action = np.searchsorted(np.cumsum(CHANCES)[:-1], rng.random(n), side="right")
    touched = np.where(np.isin(action, WITHOUT_OBJECT), OBJECTS_N, rng.integers(0, OBJECTS_N, n))
    order = np.argsort(moment, kind="stable")
    names = pl.select(pl.concat_str(pl.lit("OB-"), pl.int_range(OBJECTS_N).cast(pl.String).str.zfill(5))).to_series()
    tokens = frame.select(pl.concat_str(pl.lit(f"u{world.code}-"), pl.col("person").cast(pl.String).str.zfill(6)))
    found = pl.DataFrame(
        {
            "user_id": tokens.to_series().gather(who[order]),
            "occurred_at": _moments(moment[order]),
            "object_id": names.append(pl.Series([None], dtype=pl.String)).gather(touched[order]),
            "action": pl.Series(ACTIONS).gather(action[order]),
            "institution_id": frame["institution_id"].gather(who[order]),
        }
    )
    return found.unique(maintain_order=True)  # one does one thing in one second


def _months(year: int) -> tuple[Ints, Ints]:
    """The first days (since 1970) and lengths of the months of a school year, from September on."""
    months = np.datetime64(f"{year}-09", "M") + np.arange(13)
    days = months.astype("datetime64[D]").astype(np.int64)
    return days[:-1], np.diff(days)


def cards(world: World, number: int, sent_on: date) -> pl.DataFrame:
    """The tasks opened in a delivered year, as they stood on the day the list was sent."""
    rng = world.rng("cards", number)
    cluster, opened = _opened(world, number, np.broadcast_to(CARDS * SEASON, (len(world.schools.founded), 12)), rng)
    n = len(cluster)
    due = opened + rng.integers(5, 21, n) * _DAY_MS
    took = np.where(rng.random(n) < IN_TIME, rng.uniform(0.1, 1, n), rng.uniform(1, 2, n))
    closed = opened + ((due - opened) * took).astype(np.int64) // 60_000 * 60_000
    return pl.DataFrame(
        {
            "card_id": _codes(f"CD{world.code}{number}-", n),
            "opened_at": _moments(opened),
            "due_at": _moments(due),
            "closed_at": _known(closed, rng.random(n) < CLOSED, sent_on),
            "kind": pl.Series(KINDS).gather(rng.integers(0, len(KINDS), n)),
            "cluster_id": world.cluster_ids(cluster),
        }
    )


def tickets(world: World, number: int, sent_on: date) -> pl.DataFrame:
    """The requests of a delivered year, as they stood then; in an episode a month has a multiple of the usual."""
    rng = world.rng("tickets", number)
    times = world.episodes.of("W06", number)[:-1]
    cluster, opened = _opened(world, number, TICKETS * OF_REQUESTS * np.where(times > 0, times, 1), rng)
    n = len(cluster)
    resolved = opened + rng.integers(1, 200, n) * 3_600_000
    return pl.DataFrame(
        {
            "ticket_id": _codes(f"TK{world.code}{number}-", n),
            "opened_at": _moments(opened),
            "resolved_at": _known(resolved, rng.random(n) < 0.95, sent_on),
            "category": pl.Series(CATEGORIES).gather(rng.integers(0, len(CATEGORIES), n)),
            "cluster_id": world.cluster_ids(cluster),
        }
    )


def _opened(world: World, number: int, rate: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Network and moment of what is opened in a year, a Poisson number a month, of networks that are founded."""
    there = (world.schools.founded <= world.year(number))[:, None]
    counts = rng.poisson(rate * there)
    cluster, month = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), 12)
    first, days_n = _months(world.year(number))
    day = first[month] + (rng.random(len(month)) * days_n[month]).astype(np.int64)
    return cluster, day * _DAY_MS + 8 * 3_600_000 + rng.integers(0, 600, len(month)) * 60_000


def _codes(head: str, n: int) -> pl.Series:
    return pl.select(pl.concat_str(pl.lit(head), pl.int_range(n).cast(pl.String).str.zfill(6))).to_series()


def _moments(moments: Ints) -> pl.Series:
    return pl.Series(moments).cast(pl.Datetime("ms"))


def _known(moments: Ints, there: np.ndarray, sent_on: date) -> pl.Series:
    """The moments that have come by a day, where there is one."""
    past = moments < np.datetime64(sent_on).astype(np.int64) * _DAY_MS
    return pl.select(pl.when(pl.Series(there & past)).then(_moments(moments))).to_series()
