"""Practicum: where students are placed, what their journals say, who visits them, what they keep in portfolios."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.simulate.dates import NEVER, Days, after, day_column, days_of
from ingest.simulate.feed_texts import sentences
from ingest.simulate.feed_world import SENT, Sheet, World, codes, draw, kept, picked, some
from ingest.simulate.pupils import GRADES_N, LOWEST

WEEKS = 6.0
ENTRIES = ("lesson_plan", "lesson_report", "self_analysis", "mentor_comment", "observation", "supervisor_comment")
METHODS = ("топтық жұмыс", "жобалау", "рефлексия", "диалогтік оқыту")
ARTEFACTS = (
    "lesson_plan",
    "ls_protocol",
    "reflection",
    "feedback",
    "lesson_video",
    "project",
    "certificate",
    "publication",
)
SUBJECTS = ("mathematics", "kazakh_language", "informatics", "primary")
LECTURERS = (5, 6)


def sheets(world: World, students: pl.DataFrame) -> list[Sheet]:
    """`students` are those of `programmes.students`."""
    rng = world.rng(7)
    placed = _placements(world, students, rng)
    journal = _journal(world, placed, rng)
    columns = [name for name in placed.columns if name not in ("mentor_written", "number")]
    of_schools = _of_teachers(world, rng)
    return [
        Sheet("practicum_placements", placed.select(columns), world.last),
        Sheet("practicum_journal", journal, world.last),
        Sheet("supervisor_visits", _visits(placed, rng), world.last),
        Sheet("teaching_assignments", _in_class(world, placed), world.last),
        Sheet("portfolios", _portfolios(placed, rng), world.last),
        Sheet("portfolios", of_schools, world.last),
    ]


def _placements(world: World, students: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One or two a student in the last three years of study; the final one of a later beginner is at the school that hires."""
    years = world.years
    frame = students.filter(pl.col("graduates").is_between(years[0] + 1, world.last + 2))
    frame = frame.group_by("provider", "graduates", maintain_order=True).head(world.size(9, 8))
    frame = frame.join(pl.DataFrame({"ago": [0, 1]}), how="cross")
    frame = frame.with_columns(spring=pl.col("graduates") - pl.col("ago")).filter(pl.col("spring") <= world.last + 1)
    frame = frame.filter((pl.col("ago") == 0) | pl.col("hired_at").is_null())
    n = frame.height
    schools = world.schools["number"].to_numpy()
    final = frame["ago"].to_numpy() == 0
    at = np.where(final, frame["hired_at"].fill_null(-1).to_numpy(), -1)
    known = world.institutions["number"].to_list()
    at = np.where(np.isin(at, known), at, schools[rng.integers(0, len(schools), n)])
    number = pl.Series("number", at)
    starts = after(
        np.array([f"{year}-02-02" for year in frame["spring"].to_list()], dtype="datetime64[D]"), rng.integers(0, 20, n)
    )
    ends = after(starts, 7 * 6 + rng.integers(0, 8, n))
    over = ends < np.datetime64(f"{world.last + 1}-06-30")
    is_college = frame["level"].to_numpy() == "vocational"
    cluster = pl.DataFrame({"number": number}).join(world.institutions, on="number", how="left", maintain_order="left")[
        "cluster_id"
    ]
    turn = rng.integers(0, 6, n)
    staff = world.staff(date(world.last, 10, 1), (0,)).filter(pl.col("t0") < date(years[0] - 3, 1, 1))
    lecturers = world.staff(date(world.last, 10, 1), LECTURERS)
    grade = np.clip(np.round(rng.normal(82, 9, n)), 40, 100)
    hired = frame["hired_at"].to_numpy() == at
    return frame.select(
        SENT,
        pl.Series("placement_id", codes("PL", n)),
        pl.col("iin").alias("student_id"),
        pl.col("institution_id").alias("sending_id"),
        pl.Series("school_id", world.ids[at]),
        pl.Series(
            "mentor_id", kept(picked(number, staff, "institution", "iin", turn), rng.random(n) < 0.95), dtype=pl.String
        ),
        picked(frame["provider"], lecturers, "institution", "iin", turn % 3).alias("supervisor_id"),
        pl.Series("cluster_id", cluster),
        day_column("starts_on", starts),
        day_column("ends_on", ends),
        pl.lit(WEEKS).alias("weeks"),
        pl.Series("hours", some(rng, [216.0] * n, 0.9), dtype=pl.Float64),
        pl.lit(6.0).alias("credits"),
        "programme_code",
        pl.Series("route", np.where(is_college, "college", "university")),
        pl.Series(
            "kind", np.where(final, "final", draw(rng, ("observation", "assistant", "teaching"), n)), dtype=pl.String
        ),
        pl.Series("plan_approved", rng.random(n) < 0.92),
        pl.Series("feedback_complete", kept(rng.random(n) < 0.88, over), dtype=pl.Boolean),
        pl.Series("final_grade", kept(grade, over), dtype=pl.Float64),
        pl.Series(
            "rubric_score",
            kept(np.clip(grade + rng.integers(-8, 8, n), 0, 100), over & (rng.random(n) < 0.7)),
            dtype=pl.Float64,
        ),
        pl.Series(
            "moderation",
            draw(rng, ("none", "internal", "external", "appealed"), n, [0.6, 0.25, 0.12, 0.03]),
            dtype=pl.String,
        ),
        pl.Series("hired_by_school", kept(hired, final & over & (rng.random(n) < 0.8)), dtype=pl.Boolean),
        picked(number, staff, "institution", "written", turn).alias("mentor_written"),
        number,
    )


def _moments(days: Days, hours: NDArray[Any]) -> list[str]:
    """Local time of Almaty, to the minute."""
    return [str(np.datetime64(day, "s") + int(minutes * 60)) for day, minutes in zip(days, hours * 60, strict=True)]


def _journal(world: World, placed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Entries of the placements of two years, week by week; a mentor's comment answers the entry before it."""
    last = placed.filter(pl.col("starts_on") > date(world.last - world.size(1, 0), 9, 1))
    frame = last.join(pl.DataFrame({"week": range(6)}), how="cross").join(
        pl.DataFrame({"entry": range(6)}), how="cross"
    )
    # Every week a plan, a report, and a comment on it; the rest in some weeks only.
    frame = frame.filter(
        (pl.col("entry") < 3) | ((pl.col("entry") == 3) & (pl.col("week") != 4)) | (pl.col("week") == pl.col("entry"))
    )
    n = frame.height
    entry = frame["entry"].to_numpy()
    day = after(days_of(frame["starts_on"]), frame["week"].to_numpy() * 7 + np.minimum(entry, 4))
    ids = codes("JE", n)
    by_mentor, by_supervisor = entry == 3, entry == 5
    answered = np.roll(np.array(ids, dtype=object), 1)
    answers = by_mentor & (np.roll(entry, 1) == 1) | (by_mentor & (np.roll(entry, 1) == 2))
    scale = np.where(np.arange(n) % 5 == 0, 100, 10)
    marked = by_mentor & (rng.random(n) < 0.8) & frame["mentor_id"].is_not_null().to_numpy()
    mark = np.round(np.where(scale == 10, rng.uniform(5, 10, n), rng.uniform(50, 100, n)))
    late = rng.integers(-30, 60, n)
    submitted = rng.random(n) < 0.95
    due = _moments(after(day, 1), np.full(n, 18))
    sent = _moments(after(day, 1), 18.0 + late)
    checked = _moments(after(day, 5), np.full(n, 9.5))
    author = np.where(
        by_mentor, frame["mentor_id"], np.where(by_supervisor, frame["supervisor_id"], frame["student_id"])
    )
    written = sentences(rng, n, secret_share=0.04, empty_share=0.05)
    world.copies.append(written.copies("practicum_journal", ids))
    return frame.select(
        SENT,
        pl.Series("entry_id", ids),
        "placement_id",
        day_column("entry_date", day),
        pl.Series("kind", np.array(ENTRIES, dtype=object)[entry], dtype=pl.String),
        pl.Series("subject", some(rng, draw(rng, SUBJECTS, n), 0.8), dtype=pl.String),
        pl.Series("lessons_taught", kept(rng.integers(0, 6, n), entry == 1), dtype=pl.Int64),
        pl.Series(
            "methods_used", kept(draw(rng, METHODS, n) + ";" + draw(rng, METHODS[:2], n), entry < 2), dtype=pl.String
        ),
        pl.Series("mentor_mark", kept(mark, marked), dtype=pl.Float64),
        pl.Series("mark_scale", kept(scale, marked), dtype=pl.Int64),
        pl.Series("author_id", author.tolist(), dtype=pl.String),
        pl.Series("reply_to", kept(answered, answers), dtype=pl.String),
        pl.Series("text", [word or None for word in written.texts], dtype=pl.String),
        pl.Series("due_at", kept(due, entry < 3), dtype=pl.String),
        pl.Series("submitted_at", kept(sent, submitted), dtype=pl.String),
        pl.Series("checked_at", kept(checked, submitted & (rng.random(n) < 0.7)), dtype=pl.String),
    )


def _visits(placed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Four in the six weeks, as two a month are asked for; of some no report comes, and some are not made."""
    frame = placed.filter(pl.col("supervisor_id").is_not_null()).join(pl.DataFrame({"visit": range(4)}), how="cross")
    n = frame.height
    day = after(days_of(frame["starts_on"]), 2 + 10 * frame["visit"].to_numpy() + rng.integers(0, 8, n))
    return frame.select(
        SENT,
        pl.Series("visit_id", codes("VS", n)),
        "supervisor_id",
        "school_id",
        pl.Series("placement_id", some(rng, frame["placement_id"], 0.9), dtype=pl.String),
        day_column("visited_on", day),
        day_column("report_submitted_on", np.where(rng.random(n) < 0.85, after(day, rng.integers(0, 9, n)), NEVER)),
    ).filter(pl.Series(rng.random(n) < 0.85))


def _in_class(world: World, placed: pl.DataFrame) -> pl.DataFrame:
    """Practicants of the last year in a class of the school they are at, as that school writes them."""
    here = placed.filter(pl.col("starts_on") > date(world.last, 9, 1)).select(
        "placement_id", "student_id", "number", "starts_on", "ends_on"
    )
    classes = world.schools.with_row_index("place").with_columns(
        class_code=pl.format("{}А", LOWEST + pl.col("place").cast(pl.Int64) % GRADES_N)
    )
    frame = here.join(classes, on="number", maintain_order="left")
    whole = pl.when("local").then(pl.concat_str(pl.lit("kz.iin:"), "student_id")).otherwise("student_id")
    return frame.select(
        SENT,
        whole.alias("person_id"),
        "institution_id",
        pl.lit(f"{world.last}/{(world.last + 1) % 100}").alias("school_year"),
        "class_code",
        pl.lit("mathematics").alias("subject"),
        pl.lit("practicant").alias("role"),
        "starts_on",
        pl.col("ends_on"),
        pl.lit(4.0).alias("weekly_hours"),
        "placement_id",
    )


def _artefacts(frame: pl.DataFrame, prefix: str, begins: Days, rng: np.random.Generator) -> pl.DataFrame:
    n = frame.height
    scored = rng.random(n) < 0.7
    created = after(begins, rng.integers(0, 40, n))
    return frame.select(
        SENT,
        "person_id",
        pl.Series("artefact_id", codes(prefix, n)),
        pl.Series("kind", np.array(ARTEFACTS, dtype=object)[frame["step"].to_numpy()], dtype=pl.String),
        day_column("created_on", created),
        pl.Series("subject", some(rng, draw(rng, SUBJECTS, n), 0.6), dtype=pl.String),
        pl.Series("level", some(rng, ["бастапқы"] * n, 0.3), dtype=pl.String),
        pl.Series(
            "competency", some(rng, draw(rng, ("planning", "assessment", "reflection"), n), 0.7), dtype=pl.String
        ),
        pl.lit(None, dtype=pl.String).alias("linked_cycle"),
        pl.Series("access", draw(rng, ("private", "partners", "network", "public"), n), dtype=pl.String),
        pl.Series("rubric_score", kept(np.clip(np.round(rng.normal(3, 0.6, n), 1), 1, 4), scored), dtype=pl.Float64),
        day_column("assessed_on", np.where(scored, after(created, rng.integers(1, 30, n)), NEVER)),
        pl.Series("consent", rng.random(n) < 0.93),
    )


def _portfolios(placed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """What practicants keep: the four kinds that are required, of some practicants not all."""
    people = placed.unique("student_id", keep="last", maintain_order=True).rename({"student_id": "person_id"})
    frame = people.join(pl.DataFrame({"step": range(4)}), how="cross")
    frame = frame.filter(pl.Series(rng.random(frame.height) < 0.85))
    return _artefacts(frame, "PF", days_of(frame["starts_on"]), rng)


def _of_teachers(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """A few teachers of each school keep one too."""
    staff = world.staff(date(world.last, 10, 1), (0,)).join(
        world.schools.select("institution_id"), on="institution_id", how="semi", maintain_order="left"
    )
    people = staff.group_by("institution_id", maintain_order=True).head(5).rename({"written": "person_id"})
    frame = people.join(pl.DataFrame({"step": range(len(ARTEFACTS))}), how="cross")
    frame = frame.filter(pl.Series(rng.random(frame.height) < 0.2))
    return _artefacts(frame, "PT", np.full(frame.height, np.datetime64(f"{world.last}-10-01")), rng)
