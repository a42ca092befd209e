"""Programmes of colleges and the university, what they aim at and cost, who studied there and where graduates went."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, after, day_column, days_of, school_year, year_of
from ingest.simulate.feed_world import SENT, Sheet, World, department, draw, kept, some
from ingest.simulate.identifiers import iins

#: Code, names, specialty, whether it is pedagogical; colleges teach the first, universities the last.
COLLEGE = (
    ("01140100", "Бастауыш білім беру", "Начальное образование", "Primary education", True),
    ("01140500", "Дене тәрбиесі", "Физическая культура", "Physical education", True),
    ("01140700", "Информатика мұғалімі", "Учитель информатики", "Teacher of informatics", True),
    ("07320100", "Құрылыс", "Строительство", "Construction", False),
    ("06130100", "Бағдарламалық қамтамасыз ету", "Программное обеспечение", "Software", False),
)
UNIVERSITY = (
    ("6B01301", "Бастауышта оқыту", "Начальное обучение", "Primary teaching", True),
    ("6B01501", "Математика", "Математика", "Mathematics teaching", True),
    ("6B01503", "Физика", "Физика", "Physics teaching", True),
    ("6B01701", "Қазақ тілі мен әдебиеті", "Казахский язык и литература", "Kazakh language and literature", True),
    ("6B01101", "Психология", "Психология", "Psychology", True),
    ("7M01501", "Математика (магистратура)", "Математика (магистратура)", "Mathematics (master)", True),
)
CLASS = ("PK01", "Педагогикалық сынып", "Педагогический класс", "Pedagogical class", True)
FIRST_STUDENT = 4200  # serial of the first student; staff have lower ones, people of bad rows higher ones


def programmes(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """One row a programme and institution; schools have a pedagogical class each."""
    rows = [
        (number, identifier, kind, *programme)
        for number, identifier, kind in world.institutions.select("number", "institution_id", "kind").rows()
        for programme in _taught(kind)
    ]
    names = ("number", "institution_id", "kind", "programme_code", "name_kk", "name_ru", "name_en", "pedagogical")
    frame = pl.DataFrame(rows, schema=list(names), orient="row")
    n = frame.height
    subjects = rng.integers(18, 40, n)
    revised = after(np.datetime64("2023-02-01"), rng.integers(0, 900, n))
    code = pl.col("programme_code")
    level = pl.col("kind").replace_strict({"college": "vocational", "university": "bachelor"}, default="school")
    return frame.with_columns(
        level=pl.when(code.str.starts_with("7M")).then(pl.lit("master")).otherwise(level),
        specialty_code=pl.when(code.str.starts_with("PK")).then(None).otherwise(code.str.slice(0, 6)),
        jointly_developed=pl.Series(rng.random(n) < 0.4),
        continuity_reviewed_on=day_column("d", np.where(rng.random(n) < 0.8, revised, NEVER)),
        jointly_revised_on=day_column("d", np.where(rng.random(n) < 0.7, after(revised, 30), NEVER)),
        subjects_n=pl.Series(subjects),
        unified_syllabus_n=pl.Series((subjects * rng.uniform(0.2, 0.9, n)).astype(np.int64)),
    )


def _taught(kind: str) -> tuple[tuple[str, str, str, str, bool], ...]:
    return {"college": COLLEGE, "university": UNIVERSITY, "school": (CLASS,), "small_school": (CLASS,)}.get(kind, ())


def students(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Students of pedagogical programmes by year of graduation: half of them are beginners in our registers since."""
    hired = (
        world.work.filter(pl.col("way") == 2, pl.col("t0") == pl.col("start"), pl.col("t0").dt.month().is_in([8, 9]))
        .with_columns(graduates=pl.col("t0").dt.year())
        .filter(pl.col("graduates") > world.years[0] - world.size(3, 1))
        .group_by("graduates", maintain_order=True)
        .head(world.size(45, 3))
        .select("person", "iin", "graduates", "born", hired_at="institution", hired_on="t0")
    )
    years = range(world.years[0] - world.size(2, 0), world.last + 5)
    new = pl.DataFrame({"graduates": np.repeat(np.array(years), world.size(24, 5))})
    born = after(
        (new["graduates"].to_numpy() - 1993).astype("datetime64[Y]").astype("datetime64[D]"),
        rng.integers(0, 360, new.height),
    )
    new = new.with_columns(
        pl.lit(None, dtype=pl.Int64).alias("person"),
        pl.Series("iin", iins(born, rng.random(new.height) < 0.25, FIRST_STUDENT + np.arange(new.height))),
        day_column("born", born),
        pl.lit(None, dtype=pl.Int64).alias("hired_at"),
        pl.lit(None, dtype=pl.Date).alias("hired_on"),
    )
    frame = pl.concat([hired, new.select(hired.columns)], how="vertical_relaxed").sort("graduates", "iin")
    taught = programmes(world, world.rng(1)).filter("pedagogical", pl.col("level").is_in(["vocational", "bachelor"]))
    place = rng.integers(0, taught.height, frame.height)
    chosen = taught[place].select("institution_id", "programme_code", "level", provider="number")
    return pl.concat([frame, chosen], how="horizontal").join(
        world.institutions.select("number", SENT), left_on="provider", right_on="number", maintain_order="left"
    )


def sheets(world: World, known: pl.DataFrame) -> list[Sheet]:
    """`known` are the students."""
    rng = world.rng(1)
    taught = programmes(world, rng)
    columns = ("programme_code", "institution_id", "name_kk", "name_ru", "name_en", "level", "specialty_code")
    more = (
        "pedagogical",
        "jointly_developed",
        "continuity_reviewed_on",
        "jointly_revised_on",
        "subjects_n",
        "unified_syllabus_n",
    )
    rng = world.rng(2)
    offered = taught.filter(pl.col("kind").is_in(["college", "university"])).join(
        world.institutions.select("number", SENT), on="number", maintain_order="left"
    )
    last = world.last
    found = [
        Sheet("programmes", department(taught.select(*columns, *more)), last),
        Sheet("credit_prices", _prices(world, offered, rng), last),
        Sheet("programme_outcomes", _outcomes(world, offered, rng), last),
        Sheet("module_credits", _modules(world, offered, rng), last),
        Sheet("studies", _studies(known, last), last),
        Sheet("labour_demand", _demand(world, rng), last),
    ]
    return [*found, *_placed(world, known, rng)]


def _prices(world: World, offered: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    years = pl.DataFrame({"school_year": [school_year(year) for year in range(world.last - 5, world.last + 1)]})
    frame = offered.select(SENT, "institution_id", "programme_code", "level").join(years, how="cross")
    base = np.where(frame["level"].to_numpy() == "vocational", 6000, 12000)
    later = np.tile(np.arange(6), offered.height)
    return frame.drop("level").with_columns(
        credit_price_kzt=pl.Series(base + 500 * later + rng.integers(0, 9, frame.height) * 100.0)
    )


def _outcomes(world: World, offered: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Fifteen outcomes a programme; an aligned one names an outcome of a programme of the other level."""
    frame = offered.filter("pedagogical").join(pl.DataFrame({"place": range(1, 16)}), how="cross")
    n = frame.height
    is_college = frame["level"].to_numpy() == "vocational"
    other = np.where(is_college, UNIVERSITY[0][0] if world.is_demo else CLASS[0], COLLEGE[0][0])
    aligned = rng.random(n) < 0.55
    scored = rng.random(n) < 0.7
    outcome = pl.format("LO{}", "place")
    return frame.select(
        SENT,
        "institution_id",
        "programme_code",
        pl.when(pl.Series(is_college)).then(pl.lit("college")).otherwise(pl.lit("university")).alias("level"),
        outcome.alias("outcome_code"),
        (pl.col("place") <= 7).alias("key_outcome"),
        pl.Series("aligned_programme_code", kept(other, aligned), dtype=pl.String),
        pl.when(pl.Series(aligned)).then(outcome).alias("aligned_with"),
        pl.Series("expert_score", kept(np.round(rng.uniform(2.5, 5, n), 1), scored), dtype=pl.Float64),
        day_column("reviewed_on", np.where(scored, after(np.datetime64("2025-11-03"), rng.integers(0, 120, n)), NEVER)),
    )


def _modules(world: World, offered: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Six modules a college programme. The small oblast has no university: a school stands for the one that credits."""
    university = offered.filter(pl.col("kind") == "university")
    credits_at = university["institution_id"][0] if university.height else str(world.schools["institution_id"][0])
    programme = university["programme_code"][0] if university.height else CLASS[0]
    frame = offered.filter(pl.col("kind") == "college").join(pl.DataFrame({"place": range(1, 7)}), how="cross")
    n = frame.height
    decided = after(np.datetime64("2025-03-01"), rng.integers(0, 300, n))
    return frame.select(
        SENT,
        pl.col("institution_id").alias("college_id"),
        pl.col("programme_code").alias("college_programme"),
        pl.format("M{}", pl.col("place").cast(pl.String).str.zfill(2)).alias("module_code"),
        pl.lit(credits_at).alias("university_id"),
        pl.Series("university_programme", some(rng, [programme] * n, 0.8), dtype=pl.String),
        pl.Series("credits", rng.integers(2, 7, n).astype(float)),
        pl.Series("credited", rng.random(n) < 0.6),
        day_column("decided_on", np.where(rng.random(n) < 0.9, decided, NEVER)),
    )


def _studies(known: pl.DataFrame, last: int) -> pl.DataFrame:
    """Who graduates after the last school year studies still; one in thirty left without a document."""
    duration = pl.when(pl.col("level") == "vocational").then(3).otherwise(4)
    over = pl.col("graduates") <= last + 1
    return known.select(
        SENT,
        pl.col("iin").alias("person_id"),
        "institution_id",
        "programme_code",
        pl.date(pl.col("graduates") - duration, 9, 1).alias("start_date"),
        pl.when(over).then(pl.date("graduates", 6, 30)).alias("end_date"),
        "level",
        pl.when(~over)
        .then(pl.lit("studying"))
        .when((pl.int_range(pl.len()) % 30 == 7) & pl.col("person").is_null())
        .then(pl.lit("withdrawn"))
        .otherwise(pl.lit("graduated"))
        .alias("status"),
    )


def _placed(world: World, known: pl.DataFrame, rng: np.random.Generator) -> list[Sheet]:
    """One row a graduate from the career service, and again from the labour ministry where it knows of work."""
    graduates = known.filter(pl.col("graduates") <= world.last + 1)
    n = graduates.height
    employer = world.ids[graduates["hired_at"].fill_null(0).to_numpy()]
    is_hired = graduates["hired_at"].is_not_null().to_numpy()
    works = is_hired | (rng.random(n) < 0.4)
    summer = after(
        (graduates["graduates"].to_numpy() - 1970).astype("datetime64[Y]").astype("datetime64[D]"),
        250 + rng.integers(0, 90, n),
    )
    since = np.where(is_hired, days_of(graduates["hired_on"]), summer)
    frame = graduates.select(
        SENT,
        pl.col("iin").alias("person_id"),
        pl.col("institution_id").alias("graduated_from"),
        pl.date("graduates", 6, 30).alias("graduated_on"),
        pl.lit("career_service").alias("source"),
        pl.Series(
            "employer_id",
            kept(np.where(is_hired, employer, draw(rng, ("991140000017", "020340001239"), n)), works),
            dtype=pl.String,
        ),
        day_column("employed_on", np.where(works, since, NEVER)),
        pl.Series("teaching", kept(is_hired.tolist(), works), dtype=pl.Boolean),
    )
    ministry = department(
        frame.filter(pl.Series(works & (year_of(since) > world.years[0]))).with_columns(
            source=pl.lit("labour_ministry")
        )
    )
    return [Sheet("graduate_placements", frame, world.last), Sheet("graduate_placements", ministry, world.last)]


def _demand(world: World, rng: np.random.Generator) -> pl.DataFrame:
    regions = world.network.regions.filter(pl.col("level").is_in(["city", "district"]))["region_code"].to_list()
    frame = (
        pl.DataFrame({"region_code": regions})
        .join(pl.DataFrame({"specialty_code": [code[:6] for code, *_ in (*COLLEGE, *UNIVERSITY[:4])]}), how="cross")
        .unique(maintain_order=True)
        .join(pl.DataFrame({"year": [year + 1 for year in world.years]}), how="cross")
    )
    vacancies = rng.integers(0, 25, frame.height)
    return department(
        frame.with_columns(
            pl.Series("vacancies", vacancies),
            pl.Series("forecast", some(rng, vacancies + rng.integers(0, 6, frame.height), 0.8), dtype=pl.Int64),
            pl.lit("enbek.kz").alias("source"),
        )
    )
