"""Mentors of young teachers, lesson study and the lessons that are analysed, as schools write them down."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, after, day_column, days_of, school_year
from ingest.simulate.feed_texts import sentences
from ingest.simulate.feed_world import SENT, Sheet, World, codes, draw, kept, picked, some

TEACHER = 0
SUBJECTS = ("mathematics", "kazakh_language", "physics", "history_kazakhstan")
TOPICS = ("Есеп шығару", "Оқылым дағдысы", "Работа с источником", "Обратная связь")


def sheets(world: World) -> list[Sheet]:
    """Each school sends its own."""
    rng = world.rng(8)
    pairs = _pairs(world, rng)
    cycles = _cycles(world, rng)
    columns = [name for name in pairs.columns if name != "is_open"]
    made = {
        "mentoring_pairs": pairs.select(columns),
        "mentoring_meetings": _meetings(world, pairs, rng),
        "lesson_study_cycles": cycles.drop("number"),
        "lesson_study_participants": _participants(world, cycles, rng),
        "lesson_counts": _counts(world, rng),
        "lesson_analyses": _analyses(world, rng),
    }
    return [Sheet(feed, frame, world.last) for feed, frame in made.items()]


def _pairs(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """A pair for most beginners within ninety days of their first; some experienced people say no."""
    young = world.work.filter(
        pl.col("way") == 2, pl.col("t0") == pl.col("start"), pl.col("t0") < date(world.last + 1, 6, 1)
    )
    young = young.join(world.schools, left_on="institution", right_on="number", maintain_order="left").sort(
        "institution", "t0", "person"
    )
    young = young.group_by("institution", maintain_order=True).tail(world.size(30, 30))
    n = young.height
    staff = world.staff(date(world.last, 10, 1), (TEACHER,)).filter(pl.col("t0") < date(world.years[0] - 3, 1, 1))
    mentor = picked(young["institution"], staff, "institution", "written", np.arange(n) * 3)
    own = pl.when("local").then(pl.col("person").cast(pl.String).str.zfill(5)).otherwise("iin")
    refused = rng.random(n) < 0.12
    offered = after(days_of(young["t0"]), rng.integers(0, 30, n))
    starts = after(offered, rng.integers(0, 45, n))
    ends = after(starts, rng.integers(200, 300, n))
    is_over = ends < np.datetime64(f"{world.last + 1}-06-30")
    result = draw(rng, ("passed", "extended", "left"), n, [0.8, 0.12, 0.08])
    frame = young.select(
        SENT,
        pl.Series("pair_id", codes("MP", n)),
        mentor.alias("mentor_id"),
        pl.when(~pl.Series(refused)).then(own).alias("mentee_id"),
        "institution_id",
        pl.lit("young_teacher").alias("kind"),
        day_column("offered_on", np.where(refused | (rng.random(n) < 0.8), offered, NEVER)),
        day_column("starts_on", np.where(refused, NEVER, starts)),
        day_column("ends_on", np.where(~refused & is_over, ends, NEVER)),
        pl.Series("plan_goals", some(rng, ["Сабақты талдау, сыныппен жұмыс"] * n, 0.7), dtype=pl.String),
        pl.Series("mentor_trained", rng.random(n) < 0.6),
        pl.Series("mentor_refused", kept(refused, refused | (rng.random(n) < 0.7)), dtype=pl.Boolean),
        pl.Series("induction_result", kept(result, ~refused & is_over), dtype=pl.String),
        pl.Series("is_open", ~refused & (starts > np.datetime64(f"{world.last}-06-01"))),
    )
    return frame.filter(
        pl.col("mentor_id").is_not_null(), pl.col("mentee_id").is_null() | (pl.col("mentee_id") != pl.col("mentor_id"))
    )


def _meetings(world: World, pairs: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Weekly meetings of the year, of the pairs that began last; the parts of a protocol are not always there."""
    frame = pairs.filter("is_open").select(SENT, "pair_id", "starts_on")
    frame = frame.join(pl.DataFrame({"week": range(world.size(14, 20))}), how="cross")
    day = after(days_of(frame["starts_on"]), 7 * frame["week"].to_numpy() + 3)
    # Of a summer alone the year before would have meetings, and in all of its school weeks none.
    told = (day >= np.datetime64(f"{world.last}-09-01")) & (day < np.datetime64(f"{world.last + 1}-06-15"))
    held = (rng.random(frame.height) < 0.8) & told
    frame, day = frame.filter(pl.Series(held)), day[held]
    n = frame.height
    written = sentences(rng, n, secret_share=0.05, empty_share=0.1)
    world.copies.append(written.copies("mentoring_meetings", ids := codes("MM", n)))
    return frame.select(
        SENT,
        pl.Series("meeting_id", ids),
        "pair_id",
        day_column("met_on", day),
        pl.Series("minutes", some(rng, rng.integers(15, 60, n), 0.9), dtype=pl.Int64),
        pl.Series("has_goals", rng.random(n) < 0.9),
        pl.Series("has_observation", rng.random(n) < 0.75),
        pl.Series("has_agreements", rng.random(n) < 0.8),
        pl.Series("text", [word or None for word in written.texts], dtype=pl.String),
    )


def _cycles(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Schools of a network, each with the same two groups over and over; a gain is usual and not certain."""
    members = world.schools.filter(pl.col("cluster_id").is_not_null())
    frame = members.join(pl.DataFrame({"place": range(24)}), how="cross")
    n = frame.height
    place = frame["place"].to_numpy()
    started = after(np.datetime64(f"{world.last - 2}-09-20"), place * 42 + rng.integers(0, 20, n))
    ended = after(started, rng.integers(20, 40, n))
    over = ended < np.datetime64(f"{world.last + 1}-06-20")
    stage = np.where(over, rng.integers(3, 5, n), rng.integers(1, 4, n))
    before = np.round(rng.uniform(4, 7, n), 1)
    gain = np.round(rng.normal(0.8, 0.9, n), 1)
    measured = over & (rng.random(n) < 0.85)
    written = sentences(rng, n, secret_share=0.03)
    published = over & (rng.random(n) < 0.25)
    return frame.select(
        SENT,
        "number",
        pl.Series("cycle_id", codes("LS", n)),
        "cluster_id",
        "institution_id",
        pl.Series("subject", np.array(SUBJECTS, dtype=object)[place % 2], dtype=pl.String),
        pl.Series("topic", draw(rng, TOPICS, n), dtype=pl.String),
        day_column("started_on", started),
        day_column("ended_on", np.where(over, ended, NEVER)),
        pl.Series("stage_reached", stage),
        pl.Series("external_expert", rng.random(n) < 0.35),
        pl.Series("artefacts_complete", np.clip(stage + rng.integers(-1, 2, n), 0, 4)),
        pl.format("G-{}-{}", "number", pl.Series(place % 2)).alias("group_id"),
        day_column("open_lesson_on", np.where(over & (rng.random(n) < 0.4), after(started, 15), NEVER)),
        pl.Series("outcome_before", kept(before, measured), dtype=pl.Float64),
        pl.Series("outcome_after", kept(np.clip(before + gain, 0, 10), measured), dtype=pl.Float64),
        pl.Series("outcome_scale", kept(np.full(n, 10.0), measured), dtype=pl.Float64),
        day_column("published_on", np.where(published, after(ended, 40), NEVER)),
        pl.Series("text", some(rng, written.texts, 0.8), dtype=pl.String),
    )


def _participants(world: World, cycles: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    staff = world.staff(date(world.last, 10, 1), (TEACHER,))
    start = rng.integers(0, 50, cycles.height)
    parts = []
    for step, role in enumerate(("leader", "teacher", "teacher", "observer")):
        person = picked(cycles["number"], staff, "institution", "written", start + step)
        there = rng.random(cycles.height) < (1.0 if step < 2 else 0.25)
        rows = cycles.select(SENT, "cycle_id", person.alias("person_id"), pl.lit(role).alias("role"))
        parts.append(rows.filter(pl.Series(there), pl.col("person_id").is_not_null()))
    # A school with few teachers goes round and comes to the same one again.
    return pl.concat(parts).unique(["cycle_id", "person_id"], keep="first", maintain_order=True)


def _counts(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Lessons of each quarter of three years, of the school and of three of its teachers in the last year.

    So few that the protocols of a small world are a share worth looking at."""
    quarters = [
        f"{school_year(year)}-Q{term}" for year in range(world.last - 2, world.last + 1) for term in (1, 2, 3, 4)
    ]
    whole = world.schools.join(pl.DataFrame({"quarter": quarters}), how="cross").with_columns(
        teacher_id=pl.lit(None, dtype=pl.String), lessons=pl.lit(36)
    )
    staff = world.staff(date(world.last, 10, 1), (TEACHER,))
    own = world.schools.join(pl.DataFrame({"quarter": quarters[-4:]}), how="cross").join(
        pl.DataFrame({"turn": range(3)}), how="cross"
    )
    teacher = picked(own["number"], staff, "institution", "written", own["turn"].to_numpy())
    own = own.with_columns(teacher_id=teacher, lessons=pl.lit(9)).filter(pl.col("teacher_id").is_not_null())
    columns = (SENT, "institution_id", "quarter", "teacher_id")
    frame = pl.concat([whole.select(*columns, "lessons"), own.select(*columns, "lessons")])
    frame = frame.unique(["institution_id", "quarter", "teacher_id"], keep="first", maintain_order=True)
    held = (frame["lessons"].to_numpy() * rng.uniform(0.6, 1.1, frame.height)).astype(np.int64)
    return frame.select(columns).with_columns(pl.Series("lessons_held", held))


def _analyses(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Protocols of the last year; the observer is another teacher of the school."""
    frame = world.schools.join(pl.DataFrame({"place": range(world.size(25, 24))}), how="cross")
    n = frame.height
    staff = world.staff(date(world.last, 10, 1), (TEACHER,))
    turn = frame["place"].to_numpy()
    teacher = picked(frame["number"], staff, "institution", "written", turn)
    observer = picked(frame["number"], staff, "institution", "written", turn + 1)
    depth = draw(rng, ("deep", "surface", "none"), n, [0.45, 0.45, 0.1])
    written = sentences(rng, n, secret_share=0.04, empty_share=0.1)
    world.copies.append(written.copies("lesson_analyses", ids := codes("LA", n)))
    rows = frame.select(
        SENT,
        pl.Series("protocol_id", ids),
        "institution_id",
        teacher.alias("teacher_id"),
        day_column("lesson_on", after(np.datetime64(f"{world.last}-09-15"), rng.integers(0, 240, n))),
        pl.Series("depth", depth, dtype=pl.String),
        pl.when((observer != teacher) & pl.Series(rng.random(n) < 0.8)).then(observer).alias("observer_id"),
        pl.Series("rating", some(rng, np.clip(np.round(rng.normal(2.9, 0.6, n), 1), 1, 4), 0.8), dtype=pl.Float64),
        pl.Series("text", [word or None for word in written.texts], dtype=pl.String),
    )
    return rows.filter(pl.col("teacher_id").is_not_null())
