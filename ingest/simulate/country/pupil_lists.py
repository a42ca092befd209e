"""What an oblast's schools send of their pupils: frames with the columns of their feeds, typed."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.country.pupils import Pupils, Year
from ingest.simulate.country.schools import SUBJECTS, Schools
from ingest.simulate.dates import Ints, day_column, school_year, year_of
from ingest.simulate.identifiers import iin_numbers

#: A class has at most so many pupils.
CLASS_SIZE = 25
LETTERS = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ"
#: Scores are told on a scale of 0 to 100 with this mean and standard deviation, in tenths.
MEAN, SD = 50.0, 10.0


def identifiers(pupils: Pupils) -> pl.Series:
    """The IINs of all pupils, in their order."""
    return pl.Series(iin_numbers(pupils.born, pupils.is_male, pupils.serial)).cast(pl.String).str.zfill(12)


def enrolments(schools: Schools, pupils: Pupils, iins: pl.Series, year: Year) -> pl.DataFrame:
    """Who is where in a year; who moved within it stands twice, once with the day of leaving."""
    place = np.concatenate([np.arange(len(year.pupil)), year.movers])
    who = year.pupil[place]
    school = np.concatenate([year.school, year.left])
    left_on = np.concatenate([np.full(len(year.pupil), np.datetime64("NaT"), "datetime64[D]"), year.left_on])
    return pl.DataFrame(
        {
            "pupil_id": iins.gather(who),
            "institution_id": pl.Series(schools.bins).gather(school),
            "school_year": pl.repeat(school_year(year.start), len(who), eager=True),
            "grade": year.grade[place].astype(np.int8),
            "class_code": classes(school, year.grade[place]),
            "sex": pl.Series(["f", "m"]).gather(pupils.is_male[who].astype(np.int64)),
            "birth_year": year_of(pupils.born[who]).astype(np.int16),
            "language": pl.Series(["kk", "ru"]).gather(pupils.speaks_russian[who].astype(np.int64)),
            "disadvantaged": pupils.is_disadvantaged[who],
            "left_on": day_column("left_on", left_on),
        }
    )


def results(schools: Schools, iins: pl.Series, year: Year) -> pl.DataFrame:
    """The scores of the monitoring in spring, a row a pupil and subject."""
    rows, subject = np.nonzero(year.has_score)
    place = year.tested[rows]
    score = np.clip(np.round(MEAN + SD * year.scores[rows, subject].astype(np.float64), 1), 0, 100)
    n = len(rows)
    return pl.DataFrame(
        {
            "pupil_id": iins.gather(year.pupil[place]),
            "institution_id": pl.Series(schools.bins).gather(year.school[place]),
            "school_year": pl.repeat(school_year(year.start), n, eager=True),
            "grade": year.grade[place].astype(np.int8),
            "subject": pl.Series(SUBJECTS).gather(subject),
            "test": pl.repeat("modo", n, eager=True),
            "score": score,
            "max_score": pl.repeat(100, n, eager=True, dtype=pl.Int16),
            "taken_on": pl.repeat(f"{year.start + 1}-04-15", n, eager=True).str.to_date("%Y-%m-%d"),
            "class_code": classes(year.school, year.grade).gather(place),
        }
    )


def classes(school: Ints, grade: Ints) -> pl.Series:
    """The class of each pupil of a school and grade, as 7А: so many to a letter, in their order."""
    group: Ints = school * 16 + grade
    order = np.argsort(group, kind="stable")
    sorted_ = group[order]
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - np.searchsorted(sorted_, sorted_)
    letters = pl.Series(list(LETTERS)).gather(np.minimum(rank // CLASS_SIZE, len(LETTERS) - 1))
    return pl.Series(grade).cast(pl.String) + letters
