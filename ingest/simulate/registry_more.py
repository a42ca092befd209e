"""What the department and the training centre say of institutions and of people's categories, courses and degrees."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, after, day_column, days_of, year_of
from ingest.simulate.feed_world import SENT, Sheet, World, department, draw, kept, some
from ingest.simulate.senders import REST
from ingest.simulate.wording import CATEGORIES

STATUSES = (
    "support",
    "target",
    "practicum_base",
    "practice_research",
    "experimental",
    "pedagogical_class",
    "comfortable",
)
#: Code, title, kind and hours of a course.
COURSES = (
    ("MENTOR-80", "Тәлімгерлік негіздері", "mentoring", 80),
    ("ASSESS-36", "Критериалды бағалау", "assessment", 36),
    ("ICT-72", "Сабақтағы цифрлық құралдар", "ict", 72),
    ("LEAD-80", "Мектептегі көшбасшылық", "leadership", 80),
    ("WELL-24", "Педагогтің саулығы", "wellbeing", 24),
    ("PED-72", "Lesson Study тәсілі", "pedagogy", 72),
)


def sheets(world: World) -> list[Sheet]:
    """Statuses, attestations, courses and degrees."""
    rng = world.rng(4)
    staff = world.staff(date(world.last, 10, 1))
    training = _training(world, staff, rng)
    return [
        *([] if world.is_demo else _rare(world, staff)),
        Sheet("institution_statuses", department(_statuses(world, rng)), world.last),
        Sheet("attestations", department(_attestations(staff, rng)), world.last),
        Sheet("training", training, world.last),
        Sheet("qualifications", department(_qualifications(world, staff, rng)), world.last),
    ]


def _rare(world: World, staff: pl.DataFrame) -> list[Sheet]:
    """What the small oblast has no occasion for, so that it has every feed: neither row changes what is true of a career.
    The merger lies in the future, and nobody is listed under the old number."""
    ids = world.schools["institution_id"].to_list()
    merger = {"old_id": [ids[-1]], "new_id": [ids[0]], "on": [date(world.last + 2, 9, 1)], "kind": ["merger"]}
    link = {"local_id": [f"kadr-{world.last - 6}:00001"], "person_id": [staff["iin"][0]]}
    frames = {"institution_successions": pl.DataFrame(merger), "person_links": pl.DataFrame(link)}
    return [Sheet(feed, department(frame), world.last) for feed, frame in frames.items()]


def _statuses(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Each school has one status or more; a target school may cease to be one."""
    schools = world.institutions.filter(pl.col("kind").is_in(["school", "small_school"])).select(
        "institution_id", "cluster_id"
    )
    frame = schools.join(pl.DataFrame({"status": list(STATUSES)}), how="cross")
    share = np.where(frame["cluster_id"].is_not_null(), 0.5, 0.22)
    frame = frame.filter(pl.Series(rng.random(frame.height) < share))
    n = frame.height
    begins = after(np.datetime64("2021-09-01"), 365 * rng.integers(0, 4, n))
    ends = np.where((frame["status"] == "target").to_numpy() & (rng.random(n) < 0.5), after(begins, 700), NEVER)
    return frame.select("institution_id", "status").with_columns(
        day_column("from_on", begins),
        day_column("to_on", ends),
        pl.Series("decided_by", some(rng, ["Білім басқармасының бұйрығы"] * n, 0.8), dtype=pl.String),
    )


def _attestations(staff: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One or two a person in a third of the staff; three in four pass, to the next category."""
    chosen = staff.filter(pl.int_range(pl.len()) % 7 == 0)
    n = chosen.height
    rank = rng.integers(0, 5, n)
    passed = rng.random(n) < 0.75
    words = np.array(CATEGORIES, dtype=object)
    return chosen.select(pl.col("iin").alias("person_id")).with_columns(
        day_column(
            "attested_on", after(np.datetime64("2022-10-10"), rng.integers(0, 4, n) * 365 + rng.integers(0, 200, n))
        ),
        pl.Series("category_from", words[rank]),
        pl.Series("category_to", words[np.where(passed, rank + 1, rank)]),
        pl.Series("passed", passed),
    )


def _training(world: World, staff: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Courses of the training centre with what was measured; the small oblast has no centre, so its college teaches."""
    centre = world.institutions.filter(pl.col("kind") == ("pd_centre" if world.is_demo else "college"))
    chosen = staff.filter(pl.int_range(pl.len()) % 6 == 1)
    n = chosen.height
    course = rng.integers(0, len(COURSES), n)
    columns = [[COURSES[number][place] for number in course] for place in range(4)]
    before = np.round(rng.uniform(30, 70, n))
    reaction, behaviour, support = (np.round(np.clip(rng.normal(4, 0.6, n), 1, 5), 1) for _ in range(3))
    measured = rng.random(n) < 0.7
    return chosen.select(
        pl.lit(centre[SENT][0] if world.is_demo else REST).alias(SENT),
        pl.col("iin").alias("person_id"),
        pl.lit(centre["institution_id"][0]).alias("provider_id"),
        pl.Series("course", columns[0]),
        day_column("completed_on", after(np.datetime64(f"{world.last - 1}-10-15"), rng.integers(0, 600, n))),
        pl.Series("hours", [float(hours) for hours in columns[3]]),
        pl.Series("course_title", columns[1]),
        pl.Series("kind", columns[2]),
        pl.Series("format", draw(rng, ("distance", "face_to_face", "blended"), n), dtype=pl.String),
        pl.Series("post_course_hours", some(rng, rng.integers(0, 20, n).astype(float), 0.6), dtype=pl.Float64),
        pl.Series("reaction_score", some(rng, reaction, 0.9), dtype=pl.Float64),
        pl.Series("learning_pre", kept(before, measured), dtype=pl.Float64),
        pl.Series("learning_post", kept(np.minimum(before + rng.integers(0, 30, n), 100), measured), dtype=pl.Float64),
        pl.Series("behaviour_score", some(rng, behaviour, 0.4), dtype=pl.Float64),
        pl.Series("org_support_score", some(rng, support, 0.5), dtype=pl.Float64),
        pl.Series("cost_kzt", some(rng, rng.integers(20, 90, n) * 1000.0, 0.8), dtype=pl.Float64),
    )


def _qualifications(world: World, staff: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    chosen = staff.filter(pl.int_range(pl.len()) % 9 == 2)
    n = chosen.height
    university = world.providers.sort("kind")["institution_id"][-1]
    awarded = after(days_of(chosen["born"]), 22 * 366 + rng.integers(0, 300, n))
    return chosen.select(pl.col("iin").alias("person_id")).with_columns(
        pl.Series("document", [f"ЖБ-Б {number:07d}" for number in rng.integers(1, 9_999_999, n)]),
        pl.Series("awarded_year", year_of(awarded)),
        pl.Series("institution_id", some(rng, [university] * n, 0.7), dtype=pl.String),
        day_column("awarded_on", awarded),
        pl.Series("level", draw(rng, ("bachelor", "master"), n, [0.85, 0.15]), dtype=pl.String),
        pl.Series("field", some(rng, ["Педагогика"] * n, 0.6), dtype=pl.String),
    )
