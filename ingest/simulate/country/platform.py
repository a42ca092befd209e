"""What teachers of networks do on the platform, the tasks it keeps, and the requests to its support service."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country.clusters import cluster_id
from ingest.simulate.country.episodes import Episodes
from ingest.simulate.country.places import oblast_code
from ingest.simulate.country.schools import Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.staff import Staff
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import Ints

#: How much is done in each month from September on: the summer is quiet.
SEASON = np.array([1.0, 1.0, 1.0, 0.9, 0.8, 1.0, 1.0, 1.0, 1.0, 0.4, 0.05, 0.3])
ACTIONS = ("login", "upload_plan", "comment", "session", "card_opened", "card_closed", "error")
CHANCES = (0.40, 0.10, 0.15, 0.20, 0.06, 0.05, 0.04)
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


def users(size: Size, schools: Schools, staff: Staff, number: int) -> pl.DataFrame:
    """People of schools that are in a network in a delivered year: person, institution (number), cluster."""
    frame = staff.in_post(date(size.first_year + number, 10, 1)).filter(pl.col("institution") < schools.n)
    place = frame["institution"].to_numpy()
    member = np.where(schools.joined[place] <= size.first_year + number, schools.cluster[place], -1)
    return frame.with_columns(cluster=pl.Series(member)).filter(pl.col("cluster") >= 0)


def events(size: Size, schools: Schools, staff: Staff, episodes: Episodes, seed: int, number: int) -> pl.DataFrame:
    """The events of a delivered year in the order of time."""
    rng = stream(seed, "events", schools.oblast, number)
    frame = users(size, schools, staff, number)
    busy = stream(seed, "busy", schools.oblast).gamma(SHAPE, 1 / SHAPE, staff.people.n)[frame["person"].to_numpy()]
    wanted = size.share(size.events_n, schools.oblast) / size.years_n
    rate = wanted * busy[:, None] * SEASON / (busy.sum() * SEASON.sum())
    counts = rng.poisson(rate)
    who, month = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), 12)
    n = len(who)
    first, days_n = _months(size.first_year + number)
    day = (rng.random(n) * days_n[month]).astype(np.int64)
    # In an episode each comes in one week only, by turns.
    in_episode = episodes.of("W05", number)[frame["cluster"].to_numpy()[who], month] > 0
    week = (frame["person"].to_numpy()[who] + month) % 4
    day = np.where(in_episode, week * 7 + day % 7, day)
    clock = 7 * 3_600_000 + (rng.random(n) * 14 * 3_600_000).astype(np.int64) // 1000 * 1000
    moment = (first[month] + day) * _DAY_MS + clock
    action = np.searchsorted(np.cumsum(CHANCES)[:-1], rng.random(n), side="right")
    touched = rng.integers(0, OBJECTS_N, n)
    order = np.argsort(moment, kind="stable")
    who, moment, action, touched = who[order], moment[order], action[order], touched[order]
    names = pl.select(pl.concat_str(pl.lit("OB-"), pl.int_range(OBJECTS_N).cast(pl.String).str.zfill(5))).to_series()
    names = names.append(pl.Series([None], dtype=pl.String))
    token = pl.concat_str(pl.lit(f"u{oblast_code(schools.oblast)[:2]}-"), pl.col("person").cast(pl.String).str.zfill(6))
    return pl.DataFrame(
        {
            "user_id": frame.select(token).to_series().gather(who),
            "occurred_at": pl.Series(moment).cast(pl.Datetime("ms")),
            "object_id": names.gather(np.where(np.isin(action, (0, 6)), OBJECTS_N, touched)),
            "action": pl.Series(ACTIONS).gather(action),
            "institution_id": frame["institution_id"].gather(who),
        }
    )


def _months(year: int) -> tuple[Ints, Ints]:
    """The first days (since 1970) and lengths of the months of a school year, from September on."""
    months = np.datetime64(f"{year}-09", "M") + np.arange(13)
    days = months.astype("datetime64[D]").astype(np.int64)
    return days[:-1], np.diff(days)


def cards(size: Size, schools: Schools, seed: int, number: int) -> pl.DataFrame:
    """The tasks opened in a delivered year."""
    rng = stream(seed, "cards", schools.oblast, number)
    cluster, opened = _opened(size, schools, number, np.full(12, CARDS) * SEASON, rng)
    n = len(cluster)
    due = opened + rng.integers(5, 21, n) * _DAY_MS
    took = np.where(rng.random(n) < IN_TIME, rng.uniform(0.1, 1, n), rng.uniform(1, 2, n))
    closed = opened + ((due - opened) * took).astype(np.int64) // 60_000 * 60_000
    return pl.DataFrame(
        {
            "card_id": _codes("CD", schools.oblast, number, n),
            "opened_at": pl.Series(opened).cast(pl.Datetime("ms")),
            "due_at": pl.Series(due).cast(pl.Datetime("ms")),
            "closed_at": _some(closed, rng.random(n) < CLOSED),
            "kind": pl.Series(KINDS).gather(rng.integers(0, len(KINDS), n)),
            "cluster_id": _clusters(schools, cluster),
        }
    )


def tickets(size: Size, schools: Schools, episodes: Episodes, seed: int, number: int) -> pl.DataFrame:
    """The requests of a delivered year; in an episode a month has a multiple of the usual."""
    rng = stream(seed, "tickets", schools.oblast, number)
    times = episodes.of("W06", number)[:-1]
    cluster, opened = _opened(size, schools, number, TICKETS * OF_REQUESTS * np.where(times > 0, times, 1), rng)
    n = len(cluster)
    resolved = opened + rng.integers(1, 200, n) * 3_600_000
    return pl.DataFrame(
        {
            "ticket_id": _codes("TK", schools.oblast, number, n),
            "opened_at": pl.Series(opened).cast(pl.Datetime("ms")),
            "resolved_at": _some(resolved, rng.random(n) < 0.95),
            "category": pl.Series(CATEGORIES).gather(rng.integers(0, len(CATEGORIES), n)),
            "cluster_id": _clusters(schools, cluster),
        }
    )


def _opened(
    size: Size, schools: Schools, number: int, a_month: np.ndarray, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Network and moment of what is opened in a year, a Poisson number a month, of networks that are founded."""
    there = (schools.founded <= size.first_year + number)[:, None]
    counts = rng.poisson(np.broadcast_to(a_month, (len(schools.founded), 12)) * there)
    cluster, month = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), 12)
    first, days_n = _months(size.first_year + number)
    day = first[month] + (rng.random(len(month)) * days_n[month]).astype(np.int64)
    return cluster, day * _DAY_MS + 8 * 3_600_000 + rng.integers(0, 600, len(month)) * 60_000


def _codes(prefix: str, oblast: int, number: int, n: int) -> pl.Series:
    head = f"{prefix}{oblast_code(oblast)[:2]}{number}-"
    return pl.select(pl.concat_str(pl.lit(head), pl.int_range(n).cast(pl.String).str.zfill(6))).to_series()


def _some(moments: Ints, there: np.ndarray) -> pl.Series:
    return pl.select(pl.when(pl.Series(there)).then(pl.Series(moments).cast(pl.Datetime("ms")))).to_series()


def _clusters(schools: Schools, cluster: Ints) -> pl.Series:
    return pl.Series([cluster_id(schools.oblast, number) for number in range(len(schools.founded))]).gather(cluster)
