"""What networks make together: products and what reviewers say of them, projects, and events for everybody."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.country import rates, teams
from ingest.simulate.country.world import World
from ingest.simulate.dates import Ints, after, day_column

#: Of a network in a year: products, the authors and reviewers of each, social events.
PRODUCTS, AUTHORS, REVIEWERS, SOCIAL = 14, 3, 3, 5
#: Projects of a network in its first year by kind, and how many more there are in each further one.
PROJECTS = {"research": 3, "innovation": 4, "commercial": 3, "social": 3, "pbl": 12}
MORE_A_YEAR = 2
#: Of projects: how many are of two institutions; what a commercial one brings at least, and its median (logarithmic spread .5).
JOINT, INCOME, INCOME_MEDIAN = 0.7, 50_000.0, 600_000.0
MADE = ("methodical_product", "publication", "programme", "resource")


def products(world: World, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Products of a delivered year, and the marks that teachers of the network give them."""
    rng = world.rng("products", number)
    cluster = teams.founded(world, number, PRODUCTS)
    n = len(cluster)
    people = teams.teachers(world, number)
    made_by = teams.dealt(people, cluster, AUTHORS, rng)
    authors = made_by.group_by("row", maintain_order=True).agg(
        pl.col("person_id").str.join(";").alias("authors"), pl.col("institution_id").unique().sort().str.join(";")
    )
    created = after(np.datetime64(f"{world.year(number)}-10-01"), rng.integers(0, 200, n))
    listed = pl.DataFrame(
        {
            "row": pl.Series(np.arange(n), dtype=pl.UInt32),
            "product_id": teams.codes("JP", world, number, n),
            "cluster_id": world.cluster_ids(cluster),
            "kind": pl.Series(MADE).gather(np.where(rng.random(n) < 0.6, rng.integers(0, 2, n), rng.integers(2, 4, n))),
            "created_on": day_column("", created),
        }
    )
    found = listed.join(authors, on="row", how="inner", maintain_order="left").select(
        "product_id", "cluster_id", "kind", "created_on", pl.col("institution_id").alias("institutions"), "authors"
    )
    return found, _reviews(world, number, listed, cluster, people, rng)


def _reviews(
    world: World, number: int, listed: pl.DataFrame, cluster: Ints, people: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Three marks of 1 to 5 by each reviewer: of what is alike in a product, and of luck."""
    told = teams.dealt(people, cluster, REVIEWERS, rng)
    row = told["row"].to_numpy()
    share = rates.shares(world, "J1", number)[cluster]
    quality = rng.beta(10 * share, 10 * (1 - share))[row]
    created = listed["created_on"].to_numpy()[row]
    return pl.DataFrame(
        {
            "product_id": listed["product_id"].gather(row),
            "reviewer_id": told["person_id"],
            **{name: 1 + rng.binomial(4, quality) for name in ("novelty", "applicability", "evidence")},
            "reviewed_on": day_column("", after(created, rng.integers(5, 40, len(row)))),
        }
    )


def projects(
    world: World, number: int, cycles: pl.DataFrame, members: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Projects of a delivered year, each within it, and who does research in them.

    Research is done by those who lead cycles of lesson study and by their students, so that nobody else takes part in either.
    """
    rng = world.rng("projects", number)
    year = world.year(number)
    cluster, kind = _of_each(world, number)
    n = len(cluster)
    started = after(np.datetime64(f"{year}-09-20"), rng.integers(0, 170, n))
    implemented = np.where(
        kind == "pbl",
        rates.drawn(world, "P5", number, cluster, rng),
        rates.drawn(world, "X1", number, cluster, rng, "implemented_share"),
    )
    schools = teams.dealt(teams.teachers(world, number), cluster, 1, rng).select("row", "institution_id")
    college = world.places.network.members.filter(role="college").select("cluster_id", second="institution_id")
    income = np.maximum(np.round(INCOME_MEDIAN * np.exp(0.5 * rng.standard_normal(n)), -3), INCOME)
    listed = pl.DataFrame(
        {
            "row": pl.Series(np.arange(n), dtype=pl.UInt32),
            "project_id": teams.codes("PJ", world, number, n),
            "cluster_id": world.cluster_ids(cluster),
            "kind": pl.Series(kind),
            "started_on": day_column("", started),
            "ended_on": day_column("", after(started, rng.integers(40, 85, n))),
            "implemented_in_practice": implemented,
            "income_kzt": pl.select(pl.when(pl.Series(kind) == "commercial").then(pl.Series(income))).to_series(),
            "is_joint": rng.random(n) < JOINT,
        }
    )
    found = listed.join(schools, on="row", maintain_order="left").join(college, on="cluster_id", maintain_order="left")
    found = found.with_columns(
        institutions=pl.when("is_joint")
        .then(pl.concat_str("institution_id", pl.lit(";"), "second"))
        .otherwise("institution_id")
    )
    return found.drop("row", "is_joint", "institution_id", "second"), _researchers(found, cycles, members)


def _of_each(world: World, number: int) -> tuple[Ints, np.ndarray]:
    """Network and kind of the projects of a delivered year: of an older network there are more."""
    there = teams.founded(world, number, 1)
    more = MORE_A_YEAR * (world.year(number) - world.schools.founded[there])
    clusters, kinds = [], []
    for kind, first in PROJECTS.items():
        counts = first + np.where(kind == "pbl", 0, more // 2)
        clusters.append(np.repeat(there, counts))
        kinds.append(np.repeat(kind, counts.sum()))
    return np.concatenate(clusters), np.concatenate(kinds)


def _researchers(listed: pl.DataFrame, cycles: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """For each research project one who leads a cycle of the network, and others of it by turns."""
    leads = cycles.select("cycle_id", "cluster_id", "institution_id").drop_nulls("cluster_id")
    pools = (
        members.join(leads, on="cycle_id", maintain_order="left")
        .group_by("cluster_id", maintain_order=True)
        .agg("person_id", of="institution_id")
    )
    research = listed.filter(kind="research").select("project_id", "cluster_id")
    research = research.with_columns(turn=pl.int_range(pl.len()).over("cluster_id") * 3)
    rows = research.join(pools, on="cluster_id", maintain_order="left").join(
        pl.DataFrame({"step": range(3)}), how="cross"
    )
    rows = rows.filter(pl.col("step") < pl.col("person_id").list.len())
    place = (pl.col("turn") + pl.col("step")) % pl.col("person_id").list.len().cast(pl.Int64)
    return rows.select(
        "project_id",
        pl.col("person_id").list.get(place),
        pl.col("of").list.get(place).alias("institution_id"),
        role=pl.when(pl.col("step") == 0).then(pl.lit("leader")).otherwise(pl.lit("researcher")),
    )


def social_events(world: World, number: int) -> pl.DataFrame:
    """Festivals and open days for all who belong to a network; each takes place."""
    rng = world.rng("social events", number)
    there = np.flatnonzero(world.schools.founded <= world.year(number))
    # From year to year a network has more of them or fewer, so that growth differs between networks.
    cluster = np.repeat(there, SOCIAL + rng.integers(-1, 3, len(there)))
    n = len(cluster)
    planned = after(np.datetime64(f"{world.year(number)}-10-05"), rng.integers(0, 210, n))
    lead = world.places.network.members.filter(role="lead").select("cluster_id", organiser_id="institution_id")
    people = rng.integers(60, 250, n)
    frame = pl.DataFrame(
        {
            "event_id": teams.codes("SE", world, number, n),
            "cluster_id": world.cluster_ids(cluster),
            "kind": pl.repeat("social_event", n, eager=True),
            "planned_on": day_column("", planned),
            "held_on": day_column("", planned),
            "status": pl.repeat("held", n, eager=True),
            "participants_planned": people,
            "participants_actual": people - rng.integers(0, 50, n),
        }
    )
    return frame.join(lead, on="cluster_id", how="left", maintain_order="left")
