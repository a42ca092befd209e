"""What a network plans, agrees, owns and pays: passport, targets, actions, agreements, money and risks."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, after, day_column
from ingest.simulate.feed_world import Sheet, World, codes, department, draw, kept, some
from ingest.simulate.network import OBLAST_CODE

#: Indicator, baseline and target, in its unit.
GOALS = (
    ("R12", 0.78, 0.9),
    ("R36", 0.6, 0.8),
    ("L1", 0.12, 0.5),
    ("L3", 0.2, 0.3),
    ("T1", 3.4, 4.0),
    ("P3", 0.2, 0.5),
    ("M3", 0.6, 1.0),
)
SECTIONS = (
    "Атауы",
    "Қатысушылар",
    "Мақсаты",
    "Мамандануы",
    "Ресурстары",
    "Кезеңдері",
    "Іс-шаралар",
    "Келісімдері",
    "Қаржысы",
    "Базасы",
    "Мониторингі",
)
CATEGORIES = (
    *("resistance", "funding", "technology", "formalism", "schedule", "legal", "responsibility", "standards"),
    *("human_factor", "data_ethics", "business_interest", "equipment", "staff_qualification"),
)
ROLES = ("network lead", "PLC coordinator", "research coordinator", "M&E coordinator", "digital methodist")


def sheets(world: World) -> list[Sheet]:
    """All of it is sent by the oblast department."""
    rng = world.rng(5)
    made = {
        "control_groups": _controls(world),
        "targets": _targets(world, rng),
        "cluster_passport": _passport(world),
        "action_plan": _actions(world, rng),
        "cluster_resources": _resources(world, rng),
        "agreements": _agreements(world, rng),
        "finance": _finance(world, rng),
        "risks": _risks(world, rng),
        "education_production_kpis": _production(world, rng),
    }
    found = [Sheet(feed, department(frame), world.last) for feed, frame in made.items()]
    # Few rows a year and two years' lists: the earlier one ends a year earlier.
    kpis = made["education_production_kpis"].filter(pl.col("year") < world.last + 1)
    return [*found, Sheet("education_production_kpis", department(kpis), world.last - 1)]


def each_member(world: World, n: int) -> pl.DataFrame:
    """`n` rows a network: cluster_id, place (from 0), institution_id of a member in turn."""
    members = {cluster: world.members(cluster) for cluster in world.clusters}
    rows = [
        (cluster, place, members[cluster][place % len(members[cluster])])
        for cluster in world.clusters
        for place in range(n)
    ]
    return pl.DataFrame(rows, schema=["cluster_id", "place", "institution_id"], orient="row")


def _controls(world: World) -> pl.DataFrame:
    """Schools that were never members, the same ones for each network, set anew each September; the last lists are open."""
    free = world.institutions.filter(pl.col("cluster_id").is_null(), pl.col("kind").is_in(["school", "small_school"]))
    schools = pl.DataFrame({"institution_id": free["institution_id"].to_list()[:8]})
    years = pl.DataFrame({"year": list(range(world.last - 2, world.last + 1))})
    frame = pl.DataFrame({"cluster_id": world.clusters}).join(schools, how="cross").join(years, how="cross")
    over = pl.col("year") < world.last
    return frame.select(
        "cluster_id",
        "institution_id",
        pl.date("year", 9, 1).alias("from_on"),
        pl.when(over).then(pl.date(pl.col("year") + 1, 8, 31)).alias("to_on"),
    )


def _targets(world: World, rng: np.random.Generator) -> pl.DataFrame:
    schools = world.schools["institution_id"].to_list()
    holders = [
        ("region", OBLAST_CODE),
        *(("cluster", name) for name in world.clusters),
        *(("institution", name) for name in schools),
    ]
    rows = [(scope, holder, *goal) for scope, holder in holders for goal in GOALS]
    frame = pl.DataFrame(rows, schema=["scope", "scope_id", "indicator", "base", "goal"], orient="row")
    n = frame.height
    return frame.select("scope", "scope_id", "indicator").with_columns(
        day_column("set_on", np.full(n, np.datetime64(f"{world.last}-09-15"))),
        pl.Series("baseline_value", np.round(frame["base"].to_numpy() * rng.uniform(0.9, 1.1, n), 2)),
        day_column("baseline_on", np.full(n, np.datetime64(f"{world.last}-06-01"))),
        frame["goal"].alias("target_value"),
        day_column("target_on", np.full(n, np.datetime64(f"{world.last + 2}-06-01"))),
        pl.Series("owner_role", draw(rng, ROLES, n), dtype=pl.String),
        pl.Series("decided_in", some(rng, ["№ 3 хаттама"] * n, 0.7), dtype=pl.String),
    )


def _passport(world: World) -> pl.DataFrame:
    """Eleven sections in two versions, in Kazakh, and in Russian for most."""
    frame = each_member(world, 22)
    section = frame["place"].to_numpy() % 11
    name = np.array(SECTIONS, dtype=object)[section]
    russian = [f"Раздел {number + 1} паспорта кластера. Ответственный: координатор." for number in section]
    return frame.select("cluster_id").with_columns(
        pl.Series("section", section + 1),
        day_column(
            "version_on",
            np.where(frame["place"].to_numpy() < 11, np.datetime64("2024-01-15"), np.datetime64("2025-11-10")),
        ),
        pl.Series("text_kk", [f"{word}: кластер кеңесінде бекітілді, байланыс klaster@example.org." for word in name]),
        pl.Series("text_ru", kept(russian, section % 4 != 3), dtype=pl.String),
        pl.lit(None, dtype=pl.String).alias("text_en"),
    )


def _actions(world: World, rng: np.random.Generator) -> pl.DataFrame:
    frame = each_member(world, world.size(40, 24))
    n = frame.height
    starts = after(np.datetime64(f"{world.last - 1}-09-01"), rng.integers(0, 500, n))
    due = after(starts, rng.integers(30, 120, n))
    done = after(due, rng.integers(-25, 15, n))
    kind = draw(rng, ("perspective", "annual", "corrective"), n, [0.2, 0.6, 0.2])
    known = done < np.datetime64(f"{world.last + 1}-06-30")
    return frame.select(
        pl.Series("action_id", codes("AP", n)),
        "cluster_id",
        pl.Series("kind", kind, dtype=pl.String),
        pl.lit("Тәлімгерлер кездесуін өткізу / Провести встречу наставников").alias("title"),
        pl.Series("indicator", kept(draw(rng, [goal[0] for goal in GOALS], n), rng.random(n) < 0.8), dtype=pl.String),
        day_column("starts_on", starts),
        day_column("due_on", due),
        day_column("done_on", np.where(known & (rng.random(n) < 0.85), done, NEVER)),
        pl.Series("responsible_role", draw(rng, ROLES, n), dtype=pl.String),
        pl.col("institution_id").alias("responsible_id"),
        pl.lit("Хаттама және кері байланыс").alias("expected_result"),
    )


def _resources(world: World, rng: np.random.Generator) -> pl.DataFrame:
    frame = each_member(world, world.size(34, 22))
    n = frame.height
    consent = after(np.datetime64("2022-09-01"), rng.integers(0, 900, n))
    begins = after(consent, rng.integers(0, 60, n))
    kinds = ("laboratory", "workshop", "classroom", "library", "platform", "equipment", "staff", "other")
    return frame.select(
        pl.Series("resource_id", codes("RS", n)),
        "cluster_id",
        "institution_id",
        pl.Series("kind", draw(rng, kinds, n), dtype=pl.String),
        day_column("shared_from", begins),
        day_column("shared_to", np.where(rng.random(n) < 0.3, after(begins, 365), NEVER)),
        day_column("consent_on", np.where(rng.random(n) < 0.85, consent, NEVER)),
    )


def _agreements(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Two or three parties; an agreement in six belongs to no network."""
    frame = each_member(world, world.size(36, 22))
    n = frame.height
    ids = world.institutions["institution_id"].to_list()
    other = [ids[number % len(ids)] for number in rng.integers(0, len(ids), n)]
    third = [f";{ids[-1]}" if flag else "" for flag in rng.random(n) < 0.3]
    # The second party may have been drawn as the first: then the next one on the list signs.
    parties = [
        f"{first};{second if second != first else ids[(ids.index(second) + 1) % len(ids)]}{more}"
        for first, second, more in zip(frame["institution_id"].to_list(), other, third, strict=True)
    ]
    signed = after(np.datetime64("2020-09-01"), rng.integers(0, 2000, n))
    kinds = ("partnership", "memorandum", "mutual_recognition", "practicum_contract", "dual_training")
    return frame.select(
        pl.Series("agreement_id", codes("AG", n)),
        pl.when(pl.int_range(pl.len()) % 6 != 5).then("cluster_id").alias("cluster_id"),
        pl.Series("parties", parties),
        pl.Series("kind", draw(rng, kinds, n), dtype=pl.String),
        day_column("signed_on", signed),
        day_column("valid_until", np.where(rng.random(n) < 0.8, after(signed, 1095), NEVER)),
        pl.Series("has_data_exchange_clause", rng.random(n) < 0.7),
        pl.Series("has_data_protection_clause", rng.random(n) < 0.6),
    )


def _finance(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Lines of three budget years; four in five are paid, some late and some in part. What is paid for practicum is apart."""
    frame = each_member(world, world.size(45, 24))
    n = frame.height
    year = world.last - 1 + frame["place"].to_numpy() % 3
    due = after((year - 1970).astype("datetime64[Y]").astype("datetime64[D]"), rng.integers(60, 360, n))
    planned = rng.integers(5, 200, n) * 10_000.0
    paid_on = after(due, rng.integers(-20, 60, n))
    paid = (paid_on < np.datetime64(world.profile.as_of)) & (rng.random(n) < 0.85)
    kinds = ("mentor_pay", "microgrant", "research_grant", "seminar", "other")
    sources = ("state", "local_budget", "business", "grant", "international", "own")
    return frame.select(
        pl.Series("line_id", codes("FN", n)),
        "cluster_id",
        pl.Series("budget_year", year),
        pl.Series("kind", draw(rng, kinds, n), dtype=pl.String),
        pl.Series("planned_kzt", planned),
        day_column("due_on", np.where(rng.random(n) < 0.9, due, NEVER)),
        pl.Series(
            "paid_kzt", kept(np.round(planned * draw(rng, (1.0, 1.0, 0.8), n).astype(float)), paid), dtype=pl.Float64
        ),
        day_column("paid_on", np.where(paid, paid_on, NEVER)),
        "institution_id",
        pl.Series("payer_id", some(rng, ["990140000018"] * n, 0.5), dtype=pl.String),
        pl.Series("source", draw(rng, sources, n), dtype=pl.String),
        pl.Series("kpi_code", some(rng, draw(rng, ("F2", "M3", "L1"), n), 0.6), dtype=pl.String),
    )


def _risks(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Each category once or more a network; an open one is not always looked at in time."""
    frame = each_member(world, world.size(39, 26))
    n = frame.height
    opened = after(np.datetime64(f"{world.last - 1}-09-20"), rng.integers(0, 500, n))
    closed = rng.random(n) < 0.4
    with_threshold = rng.random(n) < 0.5
    owners = (
        world.staff(world.profile.as_of, (1,))["iin"].to_list() or world.staff(world.profile.as_of)["iin"].to_list()
    )
    return frame.select(
        pl.Series("risk_id", codes("RK", n)),
        "cluster_id",
        pl.Series("category", np.array(CATEGORIES, dtype=object)[frame["place"].to_numpy() % 13], dtype=pl.String),
        pl.Series("owner_role", some(rng, draw(rng, ROLES, n), 0.9), dtype=pl.String),
        pl.Series("owner", some(rng, draw(rng, owners, n), 0.5), dtype=pl.String),
        pl.Series("indicator", kept(draw(rng, [goal[0] for goal in GOALS], n), with_threshold), dtype=pl.String),
        pl.Series(
            "strategy",
            some(rng, ["Жеке әңгіме, қажет болса +7 702 555 03 03 нөміріне хабарласу."] * n, 0.6),
            dtype=pl.String,
        ),
        pl.Series("threshold", kept(np.round(rng.uniform(0.5, 0.9, n), 2), with_threshold), dtype=pl.Float64),
        day_column("opened_on", opened),
        day_column("reviewed_on", np.where(rng.random(n) < 0.8, after(opened, rng.integers(20, 110, n)), NEVER)),
        day_column("closed_on", np.where(closed, after(opened, rng.integers(60, 200, n)), NEVER)),
    )


def _production(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Since 2016 and for each network, though dual training belongs to the production cluster alone."""
    years = pl.DataFrame({"year": list(range(world.last - 8, world.last + 2))})
    frame = pl.DataFrame({"cluster_id": world.clusters}).join(years, how="cross")
    n = frame.height
    learners = rng.integers(200, 900, n) + 20 * (frame["year"].to_numpy() - 2016)
    return frame.with_columns(
        pl.Series("learners", learners),
        pl.Series("dual_learners", (learners * rng.uniform(0.05, 0.3, n)).astype(np.int64)),
        pl.Series("goods_services_kzt", some(rng, rng.integers(1, 60, n) * 500_000.0, 0.8), dtype=pl.Float64),
        pl.Series("employer_investment_kzt", some(rng, rng.integers(1, 90, n) * 1_000_000.0, 0.7), dtype=pl.Float64),
        pl.Series("equipment_modernised_kzt", some(rng, rng.integers(1, 40, n) * 1_000_000.0, 0.6), dtype=pl.Float64),
    )
