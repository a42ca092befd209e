"""What happens in a network: events and who came, checklists, joint products and what reviewers say, projects."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, Ints, after, day_column, school_year
from ingest.simulate.feed_world import Sheet, World, codes, department, draw, kept, some
from ingest.simulate.network_plan import each_member

KINDS = (
    *("strategy_session", "plc_seminar", "interschool_session", "conference", "masterclass", "joint_council"),
    *("open_day", "social_event", "other"),
)
VALUES = {"C2": ("high", "medium", "low"), "C4": ("deep", "surface", "none")}


def sheets(world: World) -> list[Sheet]:
    """All of it is sent by the oblast department."""
    rng = world.rng(6)
    people = _people(world)
    events = _events(world, rng)
    products = _products(world, people, rng)
    projects = _projects(world, rng)
    made = {
        "network_events": events,
        "event_participants": _participants(world, events, people, rng),
        "quality_checklists": _checklists(world, rng),
        "joint_products": products,
        "product_reviews": _reviews(world, products, people, rng),
        "projects": projects,
        "project_participants": _researchers(projects, people, rng),
    }
    return [Sheet(feed, department(frame), world.last) for feed, frame in made.items()]


def _people(world: World) -> pl.DataFrame:
    """Teachers of members, in turn by network: cluster_id, iin, institution_id."""
    staff = world.staff(world.profile.as_of).filter(pl.col("cluster_id").is_not_null())
    return (
        staff.group_by("cluster_id", maintain_order=True)
        .head(world.size(60, 12))
        .select("cluster_id", "iin", "institution_id")
    )


def _some_of(
    groups: pl.Series, people: pl.DataFrame, each: int, rng: np.random.Generator, first: Ints | None = None
) -> pl.DataFrame:
    """`each` different people of the network for each row: columns row, iin, institution_id."""
    listed = people.group_by("cluster_id", maintain_order=True).agg("iin", "institution_id")
    start = rng.integers(0, 1000, len(groups)) if first is None else first
    frame = pl.DataFrame({"cluster_id": groups, "start": start}).with_row_index("row")
    frame = frame.join(listed, on="cluster_id", maintain_order="left").join(
        pl.DataFrame({"step": range(each)}), how="cross"
    )
    # Steps of one: no person twice, as each network lists more people than are asked for.
    place = (pl.col("start") + pl.col("step")) % pl.col("iin").list.len().cast(pl.Int64)
    return frame.select("row", "step", pl.col("iin").list.get(place), pl.col("institution_id").list.get(place))


def _events(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Planned and held; some cancelled, some moved to a later day, some only planned."""
    frame = each_member(world, world.size(45, 24))
    n = frame.height
    planned = after(np.datetime64(f"{world.last - 1}-09-10"), rng.integers(0, 640, n))
    status = draw(rng, ("held", "moved", "cancelled"), n, [0.8, 0.12, 0.08])
    status = np.where(planned > np.datetime64(f"{world.last + 1}-06-01"), "planned", status)
    held_on = np.where(
        status == "held", after(planned, rng.integers(0, 3, n)), np.where(status == "moved", after(planned, 21), NEVER)
    )
    expected = rng.integers(10, 60, n)
    came = (expected * rng.uniform(0.5, 1.0, n)).astype(np.int64)
    kind = draw(rng, KINDS, n, [0.05, 0.4, 0.15, 0.05, 0.1, 0.1, 0.05, 0.05, 0.05])
    return frame.select(
        pl.Series("event_id", codes("EV", n)),
        "cluster_id",
        pl.Series("kind", kind, dtype=pl.String),
        day_column("planned_on", planned),
        day_column("held_on", held_on),
        pl.Series("status", kept(status, rng.random(n) < 0.97), dtype=pl.String),
        pl.col("institution_id").alias("organiser_id"),
        pl.Series("participants_planned", expected),
        pl.Series("participants_actual", kept(came, ~np.isnat(held_on)), dtype=pl.Int64),
    )


def _participants(world: World, events: pl.DataFrame, people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    held = events.filter(pl.col("held_on").is_not_null())
    chosen = _some_of(held["cluster_id"], people, world.size(6, 4), rng)
    n = chosen.height
    return chosen.select(
        held["event_id"].gather(chosen["row"]).alias("event_id"),
        pl.col("iin").alias("person_id"),
        "institution_id",
        pl.Series("invited", some(rng, [True] * n, 0.9), dtype=pl.Boolean),
        pl.Series("attended", some(rng, rng.random(n) < 0.78, 0.9), dtype=pl.Boolean),
    )


def _checklists(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Six items by two raters each quarter; outsiders are stricter."""
    quarters = [
        f"{school_year(year)}-Q{term}" for year in range(world.last - 1, world.last + 1) for term in (1, 2, 3, 4)
    ]
    frame = (
        pl.DataFrame({"cluster_id": world.clusters})
        .join(pl.DataFrame({"quarter": quarters}), how="cross")
        .join(pl.DataFrame({"rater": ["self", "external"]}), how="cross")
        .with_columns(checklist_id=pl.format("CL-{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4)))
        .join(pl.DataFrame({"item": [f"C{number}" for number in range(1, 7)]}), how="cross")
    )
    n = frame.height
    better = rng.random(n) < np.where((frame["rater"] == "self").to_numpy(), 0.8, 0.6)
    middle = rng.random(n) < 0.6
    item = frame["item"].to_numpy()
    three = {name: np.where(better, words[0], np.where(middle, words[1], words[2])) for name, words in VALUES.items()}
    value = np.where(item == "C2", three["C2"], np.where(item == "C4", three["C4"], np.where(better, "yes", "no")))
    note = "Құжаттар қаралды, сұрақтар sapa@example.org поштасына."
    return frame.select("checklist_id", "item", "cluster_id", "quarter", "rater").with_columns(
        pl.Series("value", value), pl.Series("note", some(rng, [note] * n, 0.15), dtype=pl.String)
    )


def _joined(values: pl.DataFrame, column: str) -> pl.Series:
    """One `;` list for each row."""
    return values.group_by("row", maintain_order=True).agg(pl.col(column).unique(maintain_order=True).str.join(";"))[
        column
    ]


def _products(world: World, people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    frame = each_member(world, world.size(24, 22))
    n = frame.height
    authors = _some_of(frame["cluster_id"], people, 3, rng)
    return frame.select(
        pl.Series("product_id", codes("PR", n)),
        "cluster_id",
        pl.Series(
            "kind", draw(rng, ("publication", "methodical_product", "programme", "resource"), n), dtype=pl.String
        ),
        day_column("created_on", after(np.datetime64(f"{world.last - 1}-09-20"), rng.integers(0, 600, n))),
        _joined(authors, "institution_id").alias("institutions"),
        pl.Series("authors", some(rng, _joined(authors, "iin"), 0.95), dtype=pl.String),
    )


def _reviews(world: World, products: pl.DataFrame, people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Two or three reviewers a product, who agree by and large."""
    pool = people.reverse()
    chosen = _some_of(products["cluster_id"], pool, 3, rng).filter((pl.col("step") < 2) | (pl.col("row") % 3 == 0))
    n = chosen.height
    row = chosen["row"].to_numpy()
    quality = rng.normal(3.6, 0.8, products.height)[row]
    marks = [np.clip(np.round(quality + rng.normal(0, 0.5, n)), 1, 5).astype(np.int64) for _ in range(3)]
    return chosen.select(
        products["product_id"].gather(chosen["row"]).alias("product_id"), pl.col("iin").alias("reviewer_id")
    ).with_columns(
        pl.Series("novelty", marks[0]),
        pl.Series("applicability", marks[1]),
        pl.Series("evidence", marks[2]),
        day_column("reviewed_on", after(np.datetime64(f"{world.last + 1}-05-15"), rng.integers(0, 40, n))),
    )


def _projects(world: World, rng: np.random.Generator) -> pl.DataFrame:
    frame = each_member(world, world.size(24, 22))
    n = frame.height
    started = after(np.datetime64(f"{world.last - 1}-09-15"), rng.integers(0, 450, n))
    kind = draw(rng, ("research", "innovation", "commercial", "social", "pbl"), n)
    partner = each_member(world, world.size(24, 22)).with_columns(place=pl.col("place") + 1)
    members = {cluster: world.members(cluster) for cluster in world.clusters}
    second = [
        members[cluster][place % len(members[cluster])]
        for cluster, place in partner.select("cluster_id", "place").rows()
    ]
    income = kept(rng.integers(1, 80, n) * 50_000.0, kind == "commercial")
    return frame.select(
        pl.Series("project_id", codes("PJ", n)),
        "cluster_id",
        pl.Series("kind", kind, dtype=pl.String),
        day_column("started_on", started),
        day_column("ended_on", np.where(rng.random(n) < 0.6, after(started, rng.integers(60, 200, n)), NEVER)),
        pl.Series("implemented_in_practice", rng.random(n) < 0.55),
        pl.Series("income_kzt", income, dtype=pl.Float64),
        pl.concat_str(pl.col("institution_id"), pl.lit(";"), pl.Series("second", second)).alias("institutions"),
    )


def _researchers(projects: pl.DataFrame, people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    chosen = _some_of(projects["cluster_id"], people, 4, rng)
    role = pl.when(pl.col("step") == 0).then(pl.lit("leader")).when(pl.col("step") == 3).then(pl.lit("student"))
    return chosen.select(
        projects["project_id"].gather(chosen["row"]).alias("project_id"),
        pl.col("iin").alias("person_id"),
        pl.when(pl.col("step") != 3).then("institution_id").alias("institution_id"),
        role.otherwise(pl.lit("researcher")).alias("role"),
    )
