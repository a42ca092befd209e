"""How teachers grow: attestations, and courses with what was measured of them."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.country import rates, teaching, teams
from ingest.simulate.country.world import World
from ingest.simulate.dates import after, day_column
from ingest.simulate.wording import CATEGORIES

#: Share of teachers who are attested in a year, and who complete a course.
ATTESTED, TRAINED = 0.1, 0.25
#: Code, title, kind and hours of a course.
COURSES = (
    ("ASSESS-36", "Критериалды бағалау", "assessment", 36),
    ("ICT-72", "Сабақтағы цифрлық құралдар", "ict", 72),
    ("LEAD-80", "Мектептегі көшбасшылық", "leadership", 80),
    ("MENTOR-80", "Тәлімгерлік негіздері", "mentoring", 80),
    ("PED-72", "Lesson Study тәсілі", "pedagogy", 72),
    ("WELL-24", "Педагогтің саулығы", "wellbeing", 24),
)
#: Points of 100 before a course, their spread, and what is gained on the mean and around it.
BEFORE, SPREAD, GAIN, GAIN_SPREAD = 55.0, 10.0, 12.0, 8.0
HOURS_AFTER = 12


def attestations(world: World, number: int) -> pl.DataFrame:
    """Teachers who are attested in the winter of a delivered year; who passes has the next category."""
    rng = world.rng("attestations", number)
    people = teams.teachers(world, number, month=11)
    people = people.filter(pl.Series(rng.random(people.height) < ATTESTED))
    n = people.height
    passed = rates.drawn(world, "G3", number, people["member"].to_numpy(), rng)
    rank = rng.integers(0, len(CATEGORIES) - 1, n)
    day = np.datetime64(f"{world.year(number)}-11-03")
    return people.select("person_id").with_columns(
        day_column("attested_on", after(day, rng.integers(0, 40, n))),
        pl.Series("category_from", CATEGORIES).gather(rank),
        pl.Series("category_to", CATEGORIES).gather(rank + passed),
        pl.Series("passed", passed),
    )


def training(world: World, number: int) -> pl.DataFrame:
    """Courses completed in a delivered year, one a teacher; what is measured of them differs between networks."""
    rng = world.rng("training", number)
    people = teams.teachers(world, number)
    people = people.filter(pl.Series(rng.random(people.height) < TRAINED))
    n, member = people.height, people["member"].to_numpy()
    course = rng.integers(0, len(COURSES), n)
    before = np.clip(np.round(BEFORE + SPREAD * rng.standard_normal(n), 1), 0, 100)
    gained = np.round(GAIN + GAIN_SPREAD * rng.standard_normal(n), 1)
    codes, titles, kinds, hours = (pl.Series(column).gather(course) for column in zip(*COURSES, strict=True))
    after_course = rates.drawn(world, "O10", number, member, rng)
    return people.select("person_id").with_columns(
        pl.lit(teaching.centre(world)).alias("provider_id"),
        codes.alias("course"),
        day_column("completed_on", after(np.datetime64(f"{world.year(number)}-10-10"), rng.integers(0, 220, n))),
        hours.alias("hours"),
        titles.alias("course_title"),
        kinds.alias("kind"),
        pl.lit("blended").alias("format"),
        pl.Series("post_course_hours", np.where(after_course, HOURS_AFTER, 0)),
        pl.Series("reaction_score", rates.scores(world, "O1", number, member, rng)),
        pl.Series("learning_pre", before),
        pl.Series("learning_post", before + gained).round(1),
        pl.Series("behaviour_score", rates.scores(world, "O4", number, member, rng)),
        pl.Series("org_support_score", rates.scores(world, "O3", number, member, rng)),
    )
