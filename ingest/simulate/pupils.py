"""Pupils, their classes, marks and tests, who teaches them, how they attend, and what classes say of their climate."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.dates import Floats, Ints, after, day_column, school_year
from ingest.simulate.feed_world import SENT, Sheet, World, draw, kept, picked, some
from ingest.simulate.identifiers import iins
from ingest.simulate.senders import REST

SUBJECTS = ("mathematics", "kazakh_language")
TEACHER = 0
CLIMATE = ("safety", "belonging", "teacher_support")
MONTHS = ("09", "10", "11", "12", "01", "02", "03", "04", "05")
#: The younger class of a school in the last year: the schools in turn have one of so many grades.
LOWEST, GRADES_N = 3, 5
#: Of a score of the year before, what stays in the next one; the rest is drawn anew.
PERSISTENCE = 0.8


def sheets(world: World) -> list[Sheet]:
    """Everything schools say of their pupils and classes."""
    rng = world.rng(0)
    pupils = _pupils(world, rng)
    classes = pupils.unique(["number", "order"], keep="first", maintain_order=True)
    found = []
    for year in world.years:
        here = pupils.with_columns(grade=pl.col("grade") - (world.last - year)).filter(pl.col("grade") >= 1)
        here = here.with_columns(class_code=_class_code(), school_year=pl.lit(school_year(year)))
        taught = _with_grade(classes, world.last - year, year)
        found.append(Sheet("enrolments", _enrolments(here, year, rng), year))
        found.append(Sheet("teaching_assignments", _assignments(world, taught, year, rng), year))
        if year >= world.last - 1:
            teachers = picked(
                here["number"], world.staff(date(year, 10, 1), (TEACHER,)), "institution", "written", _turn(here)
            )
            found.append(
                Sheet("assessment_results", _results(world, here.with_columns(teacher=teachers), year, rng), year)
            )
        if year == world.last:
            found.append(Sheet("attendance", _attendance(taught, here, year, rng), year))
            found.append(
                Sheet("climate_aggregates", _climate(taught, rng).with_columns(pl.lit(REST).alias(SENT)), year)
            )
    return found


def _pupils(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Two classes a school; `level` is what a pupil is able to, with the school's and the network's part in it."""
    schools = world.schools
    each = world.size(14, 12)
    n = schools.height * 2 * each
    order = np.tile(np.repeat([0, 1], each), schools.height)
    place = np.repeat(np.arange(schools.height), 2 * each)
    older = np.where(schools["kind"].to_numpy()[place] == "school", 11, 9)
    grade = np.where(order == 0, LOWEST + place % GRADES_N, older)
    birth_year = world.last - 6 - grade
    born = after((birth_year - 1970).astype("datetime64[Y]").astype("datetime64[D]"), rng.integers(0, 365, n))
    is_male = rng.random(n) < 0.5
    in_network = schools["cluster_id"].is_not_null().to_numpy()[place]
    school_part = rng.normal(0, 0.4, schools.height)[place]
    iin = np.array(iins(born, is_male, np.arange(n)))
    local = schools["local"].to_numpy()[place]
    return pl.DataFrame(
        {
            "number": schools["number"].to_numpy()[place],
            "institution_id": schools["institution_id"].to_numpy()[place],
            SENT: schools[SENT].to_numpy()[place],
            "order": order,
            # A school with a register of its own says that this number is of the national one.
            "pupil_id": np.where(local, np.char.add("kz.iin:", iin), iin),
            "sex": np.where(is_male, "m", "f"),
            "birth_year": birth_year,
            "grade": grade,
            "language": draw(rng, ("kk", "ru"), n, [0.7, 0.3]),
            "disadvantaged": rng.random(n) < 0.2,
            "special_needs": rng.random(n) < 0.05,
            "in_network": in_network,
            "level": school_part + rng.normal(0, 0.8, n),
        }
    )


def _class_code() -> pl.Expr:
    return pl.concat_str(
        pl.col("grade").cast(pl.String), pl.when(pl.col("order") == 0).then(pl.lit("А")).otherwise(pl.lit("Ә"))
    )


def _with_grade(classes: pl.DataFrame, ago: int, year: int) -> pl.DataFrame:
    here = classes.with_columns(grade=pl.col("grade") - ago).filter(pl.col("grade") >= 1)
    return here.with_columns(class_code=_class_code(), school_year=pl.lit(school_year(year)))


def _turn(frame: pl.DataFrame) -> Ints:
    turn: Ints = (frame["order"].to_numpy() * 7).astype(np.int64)
    return turn


def _enrolments(here: pl.DataFrame, year: int, rng: np.random.Generator) -> pl.DataFrame:
    left = after(np.datetime64(f"{year}-10-01"), rng.integers(0, 200, here.height))
    columns = ("pupil_id", "institution_id", "school_year", "grade", "class_code", "sex", "birth_year", "language")
    return here.select(
        SENT,
        *columns,
        "disadvantaged",
        "special_needs",
        day_column("left_on", np.where(rng.random(here.height) < 0.02, left, np.datetime64("NaT"))),
    )


def _results(world: World, here: pl.DataFrame, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """Monitoring in spring, a mark each term of the last year, and the national test of grade 11: one ability, and luck."""
    gain = 0.15 * here["in_network"].to_numpy() * (year - world.years[0])
    level = PERSISTENCE * here["level"].to_numpy() + gain - 0.2 * here["disadvantaged"].to_numpy()
    parts = [_test(here, "modo", None, np.round(50 + 15 * (level + rng.normal(0, 0.5, here.height))), 100, year, rng)]
    if year == world.last:
        for term in (1, 2, 3, 4):
            mark = np.clip(np.round(3.6 + 0.7 * (level + rng.normal(0, 0.5, here.height))), 2, 5)
            parts.append(_test(here, "term_mark", term, mark, 5, year, rng))
        final = here.filter(pl.col("grade") == 11)
        chosen = level[(here["grade"] == 11).to_numpy()]
        if final.height:
            points = np.round(80 + 22 * (chosen + rng.normal(0, 0.4, final.height)))
            parts.append(_test(final, "ubt", None, points, 140, year, rng))
    return pl.concat(parts)


def _test(
    here: pl.DataFrame,
    test: str,
    term: int | None,
    score: Floats,
    highest: int,
    year: int,
    rng: np.random.Generator,
) -> pl.DataFrame:
    n = here.height
    subject = SUBJECTS[0] if test != "term_mark" else SUBJECTS[(term or 0) % 2]
    first = {
        None: f"{year + 1}-05-12",
        1: f"{year}-10-20",
        2: f"{year}-12-20",
        3: f"{year + 1}-03-15",
        4: f"{year + 1}-05-20",
    }
    taken = after(np.datetime64(first[term]), rng.integers(0, 5, n))
    return here.select(
        SENT,
        "pupil_id",
        "institution_id",
        "school_year",
        "grade",
        pl.lit(subject).alias("subject"),
        pl.lit(test).alias("test"),
        pl.lit(term, dtype=pl.Int64).alias("term"),
        pl.Series("score", np.clip(score, 0, highest)),
        pl.lit(float(highest)).alias("max_score"),
        day_column("taken_on", taken),
        pl.col("teacher").alias("teacher_id"),
        "class_code",
    )


def _assignments(world: World, classes: pl.DataFrame, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """Two subjects a class with a main teacher each, and now and then a second one or a substitute."""
    staff = world.staff(date(year, 10, 1), (TEACHER,))
    parts = []
    for place, subject in enumerate(SUBJECTS):
        for role, shift in (("main", 0), ("second", 3)):
            turn = classes["order"].to_numpy() * 7 + place * 2 + shift
            teacher = picked(classes["number"], staff, "institution", "written", turn)
            rows = classes.select(
                SENT,
                teacher.alias("person_id"),
                "institution_id",
                "school_year",
                "class_code",
                pl.lit(subject).alias("subject"),
                pl.lit(role).alias("role"),
                day_column("starts_on", np.full(classes.height, np.datetime64(f"{year}-09-01"))),
                day_column("ends_on", np.full(classes.height, np.datetime64(f"{year + 1}-05-25"))),
                pl.Series(
                    "weekly_hours", some(rng, rng.integers(2, 7, classes.height).astype(float), 0.9), dtype=pl.Float64
                ),
                pl.lit(None, dtype=pl.String).alias("placement_id"),
            )
            wanted = 1.0 if role == "main" else 0.4
            parts.append(rows.filter(pl.Series(rng.random(rows.height) < wanted)))
    frame = pl.concat(parts).filter(pl.col("person_id").is_not_null())
    substitute = (pl.col("role") == "second") & (pl.int_range(pl.len()) % 3 == 0)
    return frame.with_columns(role=pl.when(substitute).then(pl.lit("substitute")).otherwise("role"))


def _attendance(classes: pl.DataFrame, here: pl.DataFrame, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """Each class each month, and a few pupils by themselves."""
    months = [f"{year if month > '08' else year + 1}-{month}" for month in MONTHS]
    by_class = classes.select(
        SENT, "institution_id", "class_code", pl.lit(None, dtype=pl.String).alias("pupil_id"), lessons=pl.lit(15 * 110)
    )
    seldom = here.filter(pl.int_range(pl.len()) % 15 == 4)
    by_pupil = seldom.select(SENT, "institution_id", "class_code", "pupil_id", lessons=pl.lit(110))
    frame = pl.concat(
        [
            by_class.join(pl.DataFrame({"month": months}), how="cross"),
            by_pupil.join(pl.DataFrame({"month": months[-2:]}), how="cross"),
        ]
    )
    held = (frame["lessons"].to_numpy() * rng.uniform(0.85, 1.0, frame.height)).astype(np.int64)
    attended = (held * rng.uniform(0.88, 0.99, frame.height)).astype(np.int64)
    return frame.select(SENT, "institution_id", "month", "class_code", "pupil_id").with_columns(
        pl.Series("lessons_held", held), pl.Series("lessons_attended", attended)
    )


def _climate(classes: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Means of a class over ten pupils or more; the psychology centre makes them, the rest of the oblast sends them."""
    terms, scales = pl.DataFrame({"term": [2, 3]}), pl.DataFrame({"scale": list(CLIMATE)})
    frame = (
        classes.select(SENT, "institution_id", "school_year", "class_code")
        .join(terms, how="cross")
        .join(scales, how="cross")
    )
    n = frame.height
    return frame.with_columns(
        pl.Series("n", rng.integers(10, 14, n)),
        pl.Series("mean", np.round(np.clip(rng.normal(3.8, 0.4, n), 1, 5), 2)),
        pl.Series("sd", kept(np.round(rng.uniform(0.5, 1.1, n), 2), rng.random(n) < 0.9), dtype=pl.Float64),
    )
