"""Who teaches which class; in scenario `teachers` where they were prepared and trained, too, and what that adds to progress.

A teacher has a few classes in a subject. What pupils learn more with one follows from the teacher, from the programme, and from
the mean of the courses completed before the school year. Programmes and courses have nothing to do with schools.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country import practicum
from ingest.simulate.country.pupil_lists import classes
from ingest.simulate.country.pupils import Year
from ingest.simulate.country.schools import SUBJECTS
from ingest.simulate.country.world import World
from ingest.simulate.dates import Days, Floats, Ints, after, day_column

PROGRAMMES_N, COURSES_N = 24, 16
#: A prime, which puts numbers in another order.
SHUFFLE = 2_654_435_761
#: Classes that a teacher has in a subject; courses at most, from a day on and within so many days.
CLASSES, MOST = 3, 2
FIRST_COURSE, COURSE_DAYS = np.datetime64("2019-01-10"), 2350
#: Age at which one graduates, and the years one has studied.
AGE, STUDIED = 22, 4


@dataclass(frozen=True)
class Teaching:
    """Arrays by person: own effect, programme, courses (-1: none) with the day of completion; and the effects of both."""

    own: Floats
    programme: Ints
    courses: Ints
    completed: Days
    programme_effects: Floats
    course_effects: Floats

    def effects(self, year: int) -> Floats:
        """By person, what each adds to the progress of the school year that begins in `year`."""
        counts = (self.courses >= 0) & (self.completed < np.datetime64(f"{year}-09-01"))
        of_courses = np.where(counts, self.course_effects[self.courses], 0.0).sum(axis=1) / np.maximum(
            counts.sum(axis=1), 1
        )
        told: Floats = self.own + self.programme_effects[self.programme] + of_courses
        return told


def draw(world: World) -> Teaching:
    scenario, rng, n = world.order.scenario, world.rng("teaching"), world.staff.people.n
    courses = rng.permuted(np.tile(np.arange(COURSES_N), (n, 1)), axis=1)[:, :MOST]
    taken = np.arange(MOST)[None, :] < rng.integers(0, MOST + 1, n)[:, None]
    return Teaching(
        own=scenario.teacher_sd * rng.standard_normal(n),
        programme=rng.integers(0, PROGRAMMES_N, n),
        courses=np.where(taken, courses, -1),
        completed=after(np.full((n, MOST), FIRST_COURSE), rng.integers(0, COURSE_DAYS, (n, MOST))),
        programme_effects=scenario.programme_sd * rng.standard_normal(PROGRAMMES_N),
        course_effects=scenario.course_sd * rng.standard_normal(COURSES_N),
    )


def brings(world: World, teaching: Teaching, number: int, school: Ints, grade: Ints) -> Floats:
    """What the teachers of pupils add to a delivered year's progress, pupils × subjects; 0 where a school has none."""
    pupils = pl.DataFrame({"institution": school, "grade": grade, "class_code": classes(school, grade)})
    found = pupils.join(
        _taught(world, number, pupils), on=["institution", "grade", "class_code"], how="left", maintain_order="left"
    )
    effects = np.append(teaching.effects(world.year(number)), 0.0)
    return np.column_stack([effects[found[f"person_{subject}"].fill_null(-1).to_numpy()] for subject in SUBJECTS])


def assignments(world: World, number: int, year: Year) -> pl.DataFrame:
    """Who is the main teacher of each class and subject in a delivered year, as columns of `teaching_assignments`."""
    pupils = pl.DataFrame(
        {"institution": year.school, "grade": year.grade, "class_code": classes(year.school, year.grade)}
    )
    taught = _taught(world, number, pupils)
    return pl.concat(
        taught.select(
            pl.col(f"person_id_{subject}").alias("person_id"),
            "institution_id",
            pl.lit(world.period(number)).alias("school_year"),
            "class_code",
            pl.lit(subject).alias("subject"),
            pl.lit("main").alias("role"),
        )
        for subject in SUBJECTS
    ).drop_nulls("person_id")


def studies(world: World, teaching: Teaching) -> pl.DataFrame:
    """Rows of `studies` of all who teach in a delivered year."""
    who = _teachers(world)
    person, units = who["person"].to_numpy(), _units(world)
    ended = (world.staff.people.born[person].astype("datetime64[Y]").astype(np.int64) + 1970 + AGE).tolist()
    return who.select("person_id").with_columns(
        *(units[name].gather(teaching.programme[person]) for name in ("institution_id", "programme_code")),
        pl.Series("start_date", [date(year - STUDIED, 9, 1) for year in ended]),
        pl.Series("end_date", [date(year, 6, 30) for year in ended]),
        units["level"].gather(teaching.programme[person]),
        pl.lit("graduated").alias("status"),
    )


def programme_list(world: World) -> pl.DataFrame:
    """Rows of `programmes`: those that teachers come from, as their colleges and university tell of them."""
    number = pl.int_range(1, PROGRAMMES_N + 1)
    return _units(world).select(
        "programme_code",
        "institution_id",
        name_kk=pl.format("Педагогика, {}-бағдарлама", number),
        name_ru=pl.format("Педагогика, программа {}", number),
        name_en=pl.format("Teaching, programme {}", number),
        level="level",
        specialty_code="programme_code",
        pedagogical=pl.lit(True),
    )


def training(world: World, teaching: Teaching) -> pl.DataFrame:
    """Rows of `training` of all who teach in a delivered year."""
    who = _teachers(world)
    person = who["person"].to_numpy()
    row, place = np.nonzero(teaching.courses[person] >= 0)
    course = teaching.courses[person][row, place]
    return (
        who[row]
        .select("person_id")
        .with_columns(
            pl.lit(centre(world)).alias("provider_id"),
            pl.Series("course", [_course(number) for number in course.tolist()]),
            pl.Series("course_title", [f"Курс {number + 1}" for number in course.tolist()]),
            day_column("completed_on", teaching.completed[person][row, place]),
            pl.lit(72).alias("hours"),
        )
    )


def truth(world: World, teaching: Teaching) -> pl.DataFrame:
    """What each programme and course adds to a year's progress."""
    units = _units(world).select(
        pl.lit("programme").alias("term"), unit_id=pl.concat_str("institution_id", pl.lit("/"), "programme_code")
    )
    courses = [f"{centre(world)}/{_course(number)}" for number in range(COURSES_N)]
    return pl.concat(
        [
            units.with_columns(effect=pl.Series(teaching.programme_effects)),
            pl.DataFrame({"term": ["course"] * COURSES_N, "unit_id": courses, "effect": teaching.course_effects}),
        ]
    )


def _taught(world: World, number: int, pupils: pl.DataFrame) -> pl.DataFrame:
    """The classes of pupils with the teacher of each subject: person_<subject> and person_id_<subject>."""
    held = world.of_schools(date(world.year(number), 10, 1), teachers=True)
    # In an order that is always the same and has nothing to do with how long somebody has taught, as numbers of persons have.
    held = held.sort("institution", pl.col("person").cast(pl.Int64) * SHUFFLE % (1 << 32))
    pools = held.group_by("institution", maintain_order=True).agg(
        "person", "person_id", pl.col("institution_id").first()
    )
    told = pupils.unique().sort("institution", "grade", "class_code")
    # Classes of a grade, which follow each other, have different teachers where the school has them.
    teachers_n = (pl.len() + CLASSES - 1) // CLASSES
    told = told.with_columns(turn=(pl.int_range(pl.len()) % teachers_n).over("institution") * len(SUBJECTS))
    told = told.join(pools, on="institution", how="inner", maintain_order="left")
    return told.select(
        "institution",
        "institution_id",
        "grade",
        "class_code",
        *(
            pl.col(name)
            .list.get((pl.col("turn") + place) % pl.col(name).list.len().cast(pl.Int64))
            .alias(f"{name}_{subject}")
            for name in ("person", "person_id")
            for place, subject in enumerate(SUBJECTS)
        ),
    )


def _teachers(world: World) -> pl.DataFrame:
    """Who is in post at a school in a delivered year: person, person_id."""
    days = (date(year, 10, 1) for year in world.order.size.years)
    held = pl.concat(world.of_schools(day, teachers=True).select("person", "person_id") for day in days)
    return held.unique("person", keep="first").sort("person")


def _units(world: World) -> pl.DataFrame:
    """Programmes: institution_id, programme_code, level; dealt out to the colleges and the university."""
    schools = practicum.providers(world)
    rows = []
    for number in range(PROGRAMMES_N):
        institution, kind = schools.select("institution_id", "kind").row(number % schools.height)
        is_college = kind == "college"
        code = f"0114{number:02d}00" if is_college else f"6B015{number:02d}"
        rows.append((institution, code, "vocational" if is_college else "bachelor"))
    return pl.DataFrame(rows, schema=["institution_id", "programme_code", "level"], orient="row")


def centre(world: World) -> str:
    """The training centre of the oblast."""
    return str(world.places.network.institutions.filter(kind="pd_centre")["institution_id"][0])


def _course(number: int) -> str:
    return f"PD-{number:02d}"
