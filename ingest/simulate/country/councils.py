"""What the council of each network decides and answers for: targets, actions, risks, agreements, money; and how it is rated."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country import practicum, rates, teams
from ingest.simulate.country.world import World
from ingest.simulate.dates import NEVER, Days, Ints, after, day_column
from ingest.simulate.practicum_pay import SCHOOLS_PART

#: Indicator, value to start from and value to be reached, in its unit. Targets are the guide's where a line of it is named. Of
#: what is planted a network starts from what is true of its first year; on the platform it starts from nothing.
GOALS: tuple[tuple[str, float | None, float], ...] = (
    ("R12", 0.78, 0.9),
    ("R36", 0.6, 0.8),  # MG 13599
    ("L1", 0.05, 0.5),  # MG 9259–9261
    ("L3", None, 0.3),  # MG 9326–9332
    ("T1", 3.2, 4.0),
    ("D3", None, 0.5),
    ("M3", 0.5, 1.0),  # MG 9153
    ("P1", None, 1.0),  # MG 11504
    ("P2", None, 0.9),  # MG 11506
    ("P5", None, 0.6),  # MG 11519
    ("P7", 1.0, 3.0),  # MG 13603–13605
    ("G1", 0.6, 0.9),  # MG 13605
)
#: Years until the target.
YEARS = 4
ROLES = ("network lead", "PLC coordinator", "research coordinator", "M&E coordinator", "digital methodist")
ACTIONS, RISKS, AGREEMENTS, LINES = 32, 6, 6, 30
CATEGORIES = ("resistance", "funding", "technology", "formalism", "schedule", "human_factor")
TITLES = (
    "Тәлімгерлер кездесуін өткізу / Провести встречу наставников",
    "Ашық сабақтар апталығы / Неделя открытых уроков",
    "Оқу бағдарламаларын салыстыру / Сверить учебные программы",
)
#: Of money: the share of lines that are paid in time and that are paid soon after; the others take longer than a month.
IN_TIME, SOON = 0.8, 0.97
KINDS = ("mentor_pay", "microgrant", "research_grant", "seminar", "other")
SOURCES = ("local_budget", "state", "grant", "business")
#: Price of a credit.
CREDIT_PRICE = 12_000.0
ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6")
#: What an item says when it is good and when it is not.
SAYS = {"C2": ("high", "low"), "C4": ("deep", "none")}


def targets(world: World, number: int) -> pl.DataFrame:
    """What networks that are founded in a delivered year set out from and aim at."""
    year = world.year(number)
    new = np.flatnonzero(world.schools.founded == year)
    cluster, place = np.repeat(new, len(GOALS)), np.tile(np.arange(len(GOALS)), len(new))
    n = len(cluster)
    base = np.array(
        [
            rates.shares(world, indicator, number)[new]
            if (indicator, "main") in rates.RATES
            else np.full(len(new), np.nan if given is None else given)
            for indicator, given, _ in GOALS
        ]
    )
    started = np.round(base[place, np.repeat(np.arange(len(new)), len(GOALS))], 2)
    has_base = pl.Series(~np.isnan(started))
    goal = np.array([given for _, _, given in GOALS])[place]
    # Who starts above it, which only a share does, aims at half of what is left.
    goal = np.where(started >= goal, np.round((1 + started) / 2, 2), goal)
    return pl.DataFrame(
        {
            "scope": pl.repeat("cluster", n, eager=True),
            "scope_id": world.cluster_ids(cluster),
            "indicator": pl.Series([goal[0] for goal in GOALS]).gather(place),
            "set_on": pl.repeat(date(year, 10, 1), n, eager=True),
            "baseline_value": pl.select(pl.when(has_base).then(pl.Series(started))).to_series(),
            "baseline_on": pl.select(pl.when(has_base).then(pl.lit(date(year, 9, 1)))).to_series(),
            "target_value": goal,
            "target_on": pl.repeat(date(year + YEARS, 8, 31), n, eager=True),
            "owner_role": pl.Series(ROLES).gather(place % len(ROLES)),
            "decided_in": pl.repeat("№ 1 хаттама", n, eager=True),
        }
    )


def actions(world: World, number: int) -> pl.DataFrame:
    """The plan of a delivered year: eight actions a term."""
    rng = world.rng("actions", number)
    cluster = teams.founded(world, number, ACTIONS)
    n, year = len(cluster), world.year(number)
    due = after(np.datetime64(f"{year}-09-25"), np.arange(n) % ACTIONS * 8 + rng.integers(0, 5, n))
    in_time = rates.drawn(world, "N7", number, cluster, rng)
    done = after(due, np.where(in_time, -rng.integers(0, 15, n), rng.integers(1, 12, n)))
    return pl.DataFrame(
        {
            "action_id": teams.codes("AP", world, number, n),
            "cluster_id": world.cluster_ids(cluster),
            "kind": pl.Series(("annual", "annual", "corrective")).gather(rng.integers(0, 3, n)),
            "title": pl.Series(TITLES).gather(rng.integers(0, len(TITLES), n)),
            "indicator": pl.Series([goal[0] for goal in GOALS]).gather(rng.integers(0, len(GOALS), n)),
            "starts_on": day_column("", after(due, -21)),
            "due_on": day_column("", due),
            "done_on": day_column("", done),
            "responsible_role": pl.Series(ROLES).gather(rng.integers(0, len(ROLES), n)),
            "expected_result": pl.repeat("Хаттама және кері байланыс", n, eager=True),
        }
    )


def risks(world: World, number: int) -> pl.DataFrame:
    """Risks of a delivered year; nearly all are closed by its end."""
    rng = world.rng("risks", number)
    cluster = teams.founded(world, number, RISKS)
    n = len(cluster)
    opened = after(np.datetime64(f"{world.year(number)}-10-01"), rng.integers(0, 60, n))
    reviewed = after(opened, rng.integers(30, 90, n))
    closed = np.where(rng.random(n) < 0.97, after(reviewed, rng.integers(10, 90, n)), NEVER)
    return pl.DataFrame(
        {
            "risk_id": teams.codes("RK", world, number, n),
            "cluster_id": world.cluster_ids(cluster),
            "category": pl.Series(CATEGORIES).gather(np.arange(n) % len(CATEGORIES)),
            "owner_role": pl.Series(ROLES).gather(rng.integers(0, len(ROLES), n)),
            "opened_on": day_column("", opened),
            "reviewed_on": day_column("", reviewed),
            "closed_on": day_column("", closed),
        }
    )


def agreements(world: World, number: int) -> pl.DataFrame:
    """What a network signs in a delivered year: its college and its university with each other, for three years."""
    rng = world.rng("agreements", number)
    cluster = teams.founded(world, number, AGREEMENTS)
    n = len(cluster)
    signed = after(np.datetime64(f"{world.year(number)}-09-10"), rng.integers(0, 200, n))
    # Whether both clauses are there is one thing; a tenth of those without both have one.
    both = rates.drawn(world, "A6", number, cluster, rng)
    return pl.DataFrame(
        {
            "agreement_id": teams.codes("AG", world, number, n),
            "cluster_id": world.cluster_ids(cluster),
            "parties": _partners(world).gather(cluster),
            "kind": pl.Series(("partnership", "mutual_recognition", "practicum_contract")).gather(np.arange(n) % 3),
            "signed_on": day_column("", signed),
            "valid_until": day_column("", after(signed, 1095)),
            "has_data_exchange_clause": both | (rng.random(n) < 0.5),
            "has_data_protection_clause": both,
        }
    )


def _partners(world: World) -> pl.Series:
    """By network its college and its university, as a list of a feed."""
    members = world.places.network.members.filter(pl.col("role").is_in(["college", "university"]))
    return (
        members.group_by("cluster_id")
        .agg(pl.col("institution_id").sort().str.join(";"))
        .sort("cluster_id")["institution_id"]
    )


def checklists(world: World, number: int) -> pl.DataFrame:
    """How networks rate how they work together, and how others rate it, by term of a delivered year."""
    rng = world.rng("checklists", number)
    shape = [(term, rater, item) for term in range(1, 5) for rater in ("main", "self") for item in range(len(ITEMS))]
    cluster = teams.founded(world, number, len(shape))
    place = np.tile(np.arange(len(shape)), len(cluster) // len(shape))
    term, rater, item = (np.array(column)[place] for column in zip(*shape, strict=True))
    is_own = rater == "self"
    good = np.where(
        is_own,
        rates.drawn(world, "N5", number, cluster, rng, "self"),
        rates.drawn(world, "N5", number, cluster, rng),
    )
    words = np.array([SAYS.get(name, ("yes", "no")) for name in ITEMS])
    return pl.DataFrame(
        {
            "checklist_id": pl.Series([f"CL{world.code}{number}-"] * len(cluster))
            + pl.Series(cluster * 10 + term).cast(pl.String)
            + pl.Series(np.where(is_own, "s", "e")),
            "item": pl.Series(ITEMS).gather(item),
            "cluster_id": world.cluster_ids(cluster),
            "quarter": pl.Series([f"{world.period(number)}-Q{name}" for name in range(1, 5)]).gather(term - 1),
            "rater": np.where(is_own, "self", "external"),
            "value": words[item, np.where(good, 0, 1)],
        }
    )


def finance(world: World, number: int, placed: pl.DataFrame) -> pl.DataFrame:
    """Lines due in a delivered year: those of the network, and what schools are due for the students placed with them."""
    rng = world.rng("finance", number)
    year = world.year(number)
    cluster = teams.founded(world, number, LINES)
    n = len(cluster)
    due = after(np.datetime64(f"{year}-09-15"), np.arange(n) % LINES * 7 + rng.integers(0, 7, n))
    own = pl.DataFrame(
        {
            "cluster_id": world.cluster_ids(cluster),
            "kind": pl.Series(KINDS).gather(rng.integers(0, len(KINDS), n)),
            "planned_kzt": rng.integers(5, 200, n) * 10_000.0,
            "due_on": day_column("", due),
            "institution_id": pl.repeat(None, n, dtype=pl.String, eager=True),
        }
    )
    due_each = CREDIT_PRICE * practicum.CREDITS * SCHOOLS_PART
    for_students = (
        placed.drop_nulls("cluster_id")
        .group_by("cluster_id", pl.col("school_id").alias("institution_id"), maintain_order=True)
        .agg(kind=pl.lit("practicum_payment"), planned_kzt=pl.len() * due_each, due_on=pl.lit(date(year + 1, 5, 20)))
    )
    lines = pl.concat([own, for_students.select(own.columns)])
    paid_on, n = _paid(lines["due_on"].to_numpy(), rng), lines.height
    return lines.select(
        teams.codes("FN", world, number, n).alias("line_id"),
        "cluster_id",
        pl.col("due_on").dt.year().alias("budget_year"),
        "kind",
        "planned_kzt",
        "due_on",
        pl.col("planned_kzt").alias("paid_kzt"),
        day_column("paid_on", paid_on),
        "institution_id",
        pl.Series("source", SOURCES).gather(rng.integers(0, len(SOURCES), n)),
    )


def _paid(due: Days, rng: np.random.Generator) -> Days:
    """Days of payment: most in time, some within a month, few after it."""
    n, luck = len(due), rng.random(len(due))
    late: Ints = np.where(luck < SOON, rng.integers(1, 28, n), rng.integers(31, 40, n))
    return after(due, np.where(luck < IN_TIME, -rng.integers(0, 10, n), late))


def credit_prices(world: World, number: int) -> pl.DataFrame:
    """What a credit costs at each college and the university in a delivered year."""
    return practicum.providers(world).select(
        "institution_id",
        programme_code=pl.lit("all"),
        school_year=pl.lit(world.period(number)),
        credit_price_kzt=pl.lit(CREDIT_PRICE),
    )


def statuses(world: World) -> pl.DataFrame:
    """Schools of a status: those that are to be lifted, and those that study their own practice."""
    rng = world.rng("statuses")
    schools, first = world.schools, world.order.size.first_year
    parts = []
    for status, share in (("target", 0.2), ("practice_research", 0.15), ("practicum_base", 0.3)):
        chosen = np.flatnonzero(rng.random(schools.n) < share)
        lasts = rng.integers(2, 6, len(chosen))
        ends = [date(first + int(years), 6, 30) if status == "target" else None for years in lasts]
        parts.append(
            pl.DataFrame(
                {
                    "institution_id": pl.Series(schools.bins).gather(chosen),
                    "status": pl.repeat(status, len(chosen), eager=True),
                    "from_on": pl.repeat(date(first - 1, 9, 1), len(chosen), eager=True),
                    "to_on": pl.Series(ends, dtype=pl.Date),
                }
            )
        )
    return pl.concat(parts)
