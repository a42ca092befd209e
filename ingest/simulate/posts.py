"""Turns spells of work into the posts that registers hold: summer gaps, leaves, promotions, several posts at once.

Nothing here changes when a person leaves a level: a cut lies inside a spell and is bridged (a summer), held (a leave)
or without a gap (a promotion, a merger), a second post lies inside the first. So the shares that follow from the
chain stay true.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, Days, Floats, after, day_column, days_of, year_of
from ingest.simulate.network import Network
from ingest.simulate.people import ROLE_INDEX, Flags, People
from ingest.simulate.profile import Profile

FAR = np.datetime64("2200-01-01", "D")
TEACHING = [ROLE_INDEX[name] for name in ("teacher", "college_lecturer", "university_lecturer")]
LOADS = np.array([1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 1.25, 1.5])
COLUMNS = (
    "person",
    "institution",
    "role",
    "kind",
    "start",
    "end",
    "end_reason",
    "load",
    "contract",
    "on_leave",
    "leave_from",
    "leave_until",
)


def posts(
    profile: Profile,
    people: People,
    network: Network,
    spells: pl.DataFrame,
    *,
    home_only: Flags,
    shunned: list[int],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """All posts with the columns of `COLUMNS`.

    `kind` tells how the post came about: main, circle (a second one at the same school), second (at another school),
    library (work that is not teaching, after leaving it), prior (before the first one told of), not_started.
    `home_only` marks people who may not get a post elsewhere.
    """
    main = _pieces(people, network, spells, rng)
    parts = [
        main,
        _second(people, network, main, home_only=home_only, shunned=shunned, rng=rng),
        _library(network, spells, rng),
        _prior(people, network, rng),
        _not_started(people, rng),
    ]
    as_of = pl.lit(profile.as_of)
    frame = pl.concat([part.select(COLUMNS) for part in parts], how="vertical_relaxed").filter(pl.col("start") <= as_of)
    ended = pl.col("end") <= as_of
    frame = frame.with_columns(
        end_reason=pl.when(ended).then("end_reason"),
        end=pl.when(ended).then("end"),
        **{
            name: pl.when(pl.col("leave_from") <= as_of).then(name)
            for name in ("on_leave", "leave_from", "leave_until")
        },
    )
    return frame.sort("person", "start", "institution", "kind")


def _pieces(people: People, network: Network, spells: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Cuts each spell at most twice; a piece that follows a cut may have another role or institution."""
    person = spells["person"].to_numpy()
    start, end = days_of(spells["start"]), days_of(spells["end"])
    until = np.where(np.isnat(end), FAR, end)
    draw = spells["draw"].to_numpy()
    u = rng.random(len(person))
    role = spells["role"].to_numpy()
    institution = spells["institution"].to_numpy()
    teaching = np.isin(role, TEACHING)
    is_ehis = people.is_ehis[person]
    age = year_of(start) - year_of(people.born[person])
    mother = ~people.is_male[person] & (age <= 38)
    stay = institution >= 0
    merged_on = FAR
    if network.merged:
        merged_on = np.datetime64(network.merged[2], "D")
        stay = institution != network.merged[0]

    summer_end, summer_start = _summer(after(start, 60), u)
    next_end, next_start = _summer(after(summer_end, 60), 1 - u)
    summer = teaching & stay & (draw < 0.22) & (until > after(summer_start, 40))
    again = summer & (draw < 0.09) & (until > after(next_start, 40))
    leave = after(start, 200 + u * 900)
    back = after(leave, 300 + u * 700)
    maternity = mother & stay & ~is_ehis & (draw >= 0.22) & (draw < 0.34) & (until > after(back, 60))
    promoted_on = after(start, 1100 + u * 600)
    promoted = (role == 0) & stay & (draw >= 0.46) & (draw < 0.52) & (until > after(promoted_on, 30))
    merger = ~stay & (start < merged_on) & (until >= merged_on)

    first_end = np.select(
        [summer, maternity, promoted, merger], [summer_end, leave, after(promoted_on, -1), after(merged_on, -1)], NEVER
    )
    first_start = np.select([summer, maternity, promoted, merger], [summer_start, back, promoted_on, merged_on], NEVER)
    reason = np.select(
        [summer, maternity, promoted, merger], ["contract_end", "maternity", "transferred", "transferred"], ""
    )
    second_end, second_start = np.where(again, next_end, NEVER), np.where(again, next_start, NEVER)
    later_role = np.where(promoted, ROLE_INDEX["school_leader"], role)
    later_place = np.where(merger, network.merged[1], institution) if network.merged else institution
    kept = mother & (draw >= 0.34) & (draw < 0.46) & (until > back)
    study = (draw >= 0.52) & (draw < 0.55) & (until > after(leave, 200))
    final = _reasons(people, spells, end, rng)
    cuts = [
        (start, np.where(np.isnat(first_end), end, first_end), role, institution, np.isnat(first_end), reason),
        (
            first_start,
            np.where(np.isnat(second_end), end, second_end),
            later_role,
            later_place,
            np.isnat(second_end),
            reason,
        ),
        (second_start, end, later_role, later_place, np.ones(len(end), dtype=bool), reason),
    ]
    frames = []
    load = LOADS[rng.integers(0, len(LOADS), len(person))]
    for number, (begins, ends, roles, places, is_last, why) in enumerate(cuts):
        has_leave = (kept | study) & (number == 0)
        frame = pl.DataFrame(
            {
                "person": person,
                "institution": places,
                "role": roles,
                "kind": "main",
                "end_reason": np.where(is_last, final, why),
                "load": load,
                "contract": np.where(draw < 0.22, "temporary", "permanent"),
                "on_leave": np.where(kept, "parental", "study"),
                "has_leave": has_leave,
            }
        ).with_columns(
            day_column("start", begins),
            day_column("end", ends),
            day_column("leave_from", np.where(has_leave, leave, NEVER)),
            day_column("leave_until", np.where(has_leave, np.where(kept, back, after(leave, 180)), NEVER)),
            on_leave=pl.when("has_leave").then("on_leave"),
        )
        frames.append(frame.filter(pl.col("start").is_not_null()))
    return pl.concat(frames)


def _summer(day: Days, u: Floats) -> tuple[Days, Days]:
    """The first 25 June after a day, and a day from 20 August to 1 September that follows."""
    june = day.astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(5, "M")
    june = np.where(after(june, 24) < day, june + np.timedelta64(12, "M"), june)
    return after(june, 24), after(june + np.timedelta64(2, "M"), 19 + u * 13)


def _reasons(
    people: People, spells: pl.DataFrame, end: Days, rng: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Why a spell ended, as a register words it."""
    u = rng.random(len(end))
    cause = spells["cause"].fill_null("").to_numpy()
    person = spells["person"].to_numpy()
    age = year_of(np.where(np.isnat(end), FAR, end)) - year_of(people.born[person])
    out = np.select([u < 0.6, u < 0.8, u < 0.88], ["resigned", "contract_end", "dismissed"], "unknown")
    moved = np.where(u < 0.6, "transferred", "resigned")
    return np.select(
        [cause == "removed", cause == "out", cause != ""], [np.where(age >= 55, "retired", "died"), out, moved], ""
    )


def _second(
    people: People,
    network: Network,
    main: pl.DataFrame,
    *,
    home_only: Flags,
    shunned: list[int],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Second posts inside the first: a circle at the same school, or lessons at another school nearby."""
    u, v, w = rng.random((3, main.height))
    start, end = days_of(main["start"]), days_of(main["end"])
    person, place = main["person"].to_numpy(), main["institution"].to_numpy()
    begins = after(start, 5 + v * 50)
    own_end = np.where(w < 0.5, NEVER, after(begins, 100 + w * 600))
    bound = after(end, -(v * 30).astype(np.int64))
    ends = np.where(np.isnat(end), own_end, np.where(np.isnat(own_end), bound, np.minimum(bound, own_end)))
    long = np.isnat(end) | (end > after(start, 200))
    chosen = np.flatnonzero(long & np.isin(main["role"].to_numpy(), TEACHING) & (u < 0.13))
    kinds = network.institutions["kind"].to_numpy()
    numbers = network.institutions["number"].to_numpy()
    is_ehis = (network.institutions["register"] == "ehis").to_numpy()
    barred = list(shunned) + list(network.merged[:2] if network.merged else ())
    able = (
        np.isin(kinds, ["school", "small_school"])
        & ~np.isin(numbers, barred)
        & (network.institutions["weight"].to_numpy() > 0)
    )
    kz, ee = numbers[able & ~is_ehis], numbers[able & is_ehis]
    ee = ee if len(ee) else kz  # an oblast without EHIS has nobody who would be sent there
    pick = np.where(people.is_ehis[person], ee[(w * len(ee)).astype(np.int64)], kz[(w * len(kz)).astype(np.int64)])
    elsewhere = (u < 0.05) & ~home_only[person] & (pick != place)
    frame = pl.DataFrame(
        {
            "person": person,
            "institution": np.where(elsewhere, pick, place),
            "role": np.where(elsewhere, ROLE_INDEX["teacher"], ROLE_INDEX["other"]),
            "kind": np.where(elsewhere, "second", "circle"),
            "end_reason": "contract_end",
            "load": np.where(elsewhere, 0.5, 0.25),
            "contract": "temporary",
            "on_leave": pl.Series([None] * len(person), dtype=pl.String),
            "leave_from": pl.Series([None] * len(person), dtype=pl.Date),
            "leave_until": pl.Series([None] * len(person), dtype=pl.Date),
        }
    ).with_columns(day_column("start", begins), day_column("end", ends))
    return frame[chosen]


def _library(network: Network, spells: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Work that is not teaching, at the same institution, of a tenth of those who left teaching."""
    u = rng.random(spells.height)
    barred = list(network.merged[:2]) if network.merged else []
    return (
        spells.with_columns(u=pl.Series(u))
        .filter(pl.col("cause") == "out", pl.col("u") < 0.1, ~pl.col("institution").is_in(barred))
        .with_columns(
            role=pl.lit(ROLE_INDEX["other"]),
            kind=pl.lit("library"),
            start=pl.col("end").dt.offset_by("1d"),
            end=pl.when(pl.col("u") < 0.05).then(pl.col("end") + pl.duration(days=700)),
            end_reason=pl.lit("resigned"),
            load=pl.lit(0.5),
            contract=pl.lit("permanent"),
            **_no_leave(),
        )
    )


def _prior(people: People, network: Network, rng: np.random.Generator) -> pl.DataFrame:
    """Earlier posts of those whose card tells the whole career (a card has no `teaching_since`)."""
    ehis = network.institutions.filter(register="ehis")
    if ehis.is_empty():
        ehis = network.institutions[:1]  # nobody has a card then
    closed = ehis.filter(kind="closed")["number"].to_list() or ehis["number"].to_list()[:1]
    other = ehis.filter(kind="other")["number"].to_list() or ehis["number"].to_list()[:1]
    gap = 1 + rng.integers(0, 300, people.n)
    end = after(people.start, -gap)
    had = people.is_ehis & (people.way < 2) & (people.teaching_since < after(end, -30))
    place = np.where(end <= np.datetime64("2016-08-31", "D"), closed[0], other[0])
    frame = pl.DataFrame(
        {
            "person": np.arange(people.n),
            "institution": place,
            "role": ROLE_INDEX["teacher"],
            "kind": "prior",
            "end_reason": "unknown",
            "load": 1.0,
            "contract": "permanent",
        }
    ).with_columns(day_column("start", people.teaching_since), day_column("end", end), **_no_leave())
    return frame.filter(pl.Series(had))


def _not_started(people: People, rng: np.random.Generator) -> pl.DataFrame:
    """One post of each who was hired and never came."""
    who = np.flatnonzero(people.way == 3)
    end = after(people.start[who], rng.integers(0, 10, len(who)))
    return pl.DataFrame(
        {
            "person": who,
            "institution": people.entry[who],
            "role": ROLE_INDEX["teacher"],
            "kind": "not_started",
            "end_reason": "not_started",
            "load": 1.0,
            "contract": "temporary",
        }
    ).with_columns(day_column("start", people.start[who]), day_column("end", end), **_no_leave())


def _no_leave() -> dict[str, pl.Expr]:
    return {
        "on_leave": pl.lit(None, dtype=pl.String),
        "leave_from": pl.lit(None, dtype=pl.Date),
        "leave_until": pl.lit(None, dtype=pl.Date),
    }
