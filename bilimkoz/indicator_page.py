"""Writes the page of the indicators from the registry: what each is, in three languages, with an example and its source.

    python -m bilimkoz.indicator_page docs/methods/indicators.md

A test fails when the page differs from what this would write.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from bilimkoz.settings import PROJECT
from ingest.contract import LANGUAGES

_SEEDS = PROJECT / "dbt_project" / "seeds"
_MODELS = PROJECT / "dbt_project" / "models" / "indicators"
_HEAD = """\
<!-- Generated from dbt_project/seeds/indicators.csv and indicator_measures.csv by `make generate`; edit these instead. -->
# Indicators

Each has a row in the registry, and a model of a few lines that says what is counted. Where it is told, for which periods, from
how few on, and what is missing is the same for all and stands in `macros/indicators.sql`; what comes out is
`marts.cluster_indicator`. Periods end with their last day; what stands, teachers in post for one, is counted on that day, or on
the last school day where the period ends in the summer. A cluster's members are those of that day. A person counts once in a
cluster, at however many of its schools.

A figure is not told, and its status says why: `not_applicable` (not asked of such a cluster, or nothing there to divide by),
`not_yet_observed` (the period is not over), `not_collected` (a member's staff list, lesson counts or enrolments are missing, or
nothing was delivered to tell it from), `too_few`. What people answered is `too_few` as well where, with other figures, it would
give back answers of too few: a part that leaves out few of the whole; the smallest institution told, where those of a cluster,
an oblast or the country that are not told are few; an oblast or the country, where few are in no cluster that is told. What
periods, clusters that overlap or several of them together would give back is not looked for.

Shares have Wilson's 95 % interval, means Student's, as if what is counted were drawn at random; figures of retention and of
learning outcomes have the interval and the reasons of the marts they come from, `retention_*`, `value_added_*` and others. A
trend is better or worse where the 90 % interval of the change leaves out nought, of shares that of Agresti and Caffo (2000). The
change is that on the period before; of what is counted since the school year began, teachers in lesson study for one, on the same
period of the year before.

Where figures of one indicator rest on different feeds, each is `not_collected` by its own: `told_by` of the two seeds.

## Reliability and agreement

Beside a questionnaire stand alpha and omega of those who answered every item, from 30 on; beside the marks of products how far
their reviewers agree, from 10 products that two or more reviewed. A mark is the sum of the three scores, a verdict whether each
of them is 4 or 5. How the products were shared out says which figure is told; the others are `not_applicable`.

| figure | of | told where | interval |
|---|---|---|---|
| `alpha` | items | there are three items or more | Feldt (1965), of Fisher's F |
| `omega` | items, by one factor | one factor describes them | none: it would take resampling |
| `icc_one_way` | marks, ICC(1) | products had different reviewers | Shrout and Fleiss (1979) |
| `icc_two_way` | marks, ICC(A,1) | the same reviewers marked every product | McGraw and Wong (1996) |
| `kappa` | verdicts, Cohen (1960) | the same two reviewers saw every product | jackknife by product |
| `kappa_weighted` | marks, weighted by squares (Cohen 1968) | the same | the same |
| `krippendorff` | marks on an interval scale | everywhere else | the same |

Loadings of omega are in closed form (Spearman 1927, Hancock and An 2020). One factor does not describe items where the square of
a loading is under nought, or over the variance of its item. Of `icc_two_way` there is no interval where reviewers differ so much
that fewer than five degrees of freedom are left.

Kappa of verdicts is not weighted: a product is rated high or not, as `high` counts it. Of marks it is weighted by squares, as is
the ICC, since 4 beside 5 is less of a difference than 1 beside 5. Krippendorff's alpha takes the steps of the scale for equal, as
the mean of the marks does. Points of Fisher's F are Paulson's (1942), right to 1 % from nine degrees of freedom on.

## Fields that indicators need

`filled` of D5 counts, of the rows that hold, fields that their contracts leave open and some indicator needs. Seed
`optional_fields` says of every such field of the feeds of indicators what it means that it is empty: an indicator lacks it
(`needed`); that alone says something, as an absent last day says that a post is held (`tells`); something stands in (`replaced`);
or no indicator reads it (`unread`). What a contract requires is always filled and not counted.

## To add one

1. A row in `dbt_project/seeds/indicators.csv`: code, names, definition, unit, formula, frequency, owner, feeds, example.
2. A model `dbt_project/models/indicators/ind_<code>.sql`: rows of what is counted, then one of five macros.

   ```sql
   with rated as (select * from {{ ref('fct_lesson_analysis') }} where rating_score is not null)
   {{ indicator([share_of('rated', 'rating_score >= 3', kind='semester')]) }}
   ```

3. Its name in `models/indicators/indicators.yml` and `macros/indicator_list.sql`.
4. Rows worked out by hand in `tests/integration/test_indicators_*.py`; then `make generate`.
"""
_DOCUMENTS = {
    "guide": "methodological guide for networks",
    "cluster_article": "article on the education cluster",
    "pd_strategy": "strategy of professional development",
    "regional_recommendations": "recommendations on regional education-production clusters",
    "hub_article": "article on the socio-psychological hub",
}
_FORMULAS = {
    "share": "share of what is counted",
    "mean": "mean",
    "count": "count or sum",
    "ratio": "one sum over another",
    "mart": "as another mart tells it",
}
_FREQUENCIES = ("month", "quarter", "semester", "school_year")

Row = dict[str, str]


def render() -> str:
    """The page."""
    measures = _rows("indicator_measures")
    sections = (
        _section(row, [each for each in measures if each["indicator"] == row["code"]]) for row in _rows("indicators")
    )
    return _HEAD + "".join(sections)


def _section(row: Row, measures: list[Row]) -> str:
    texts = "".join(f"**{row[f'name_{language}']}.** {row[f'definition_{language}']}\n\n" for language in LANGUAGES)
    source = "our own" if row["source"] == "own" else f"{_DOCUMENTS[row['source']]}, {_place(row)}"
    periods = ", ".join(_FREQUENCIES[_FREQUENCIES.index(row["frequency"]) :]).replace("_", " ")
    is_computed = (_MODELS / f"ind_{row['code'].lower()}.sql").exists()
    facts = {
        "formula": f"{_FORMULAS[row['formula']]}, {row['unit'].replace('_', ' ')}; {_better(row)}",
        "example": f"`{row['example']}`",
        "told": f"by {periods}; of {row['scopes'].replace(';', ', ')}",
        "answers for it": row["owner_role"].replace("_", " "),
        "in the chain": row["result_level"],
        "feeds": ", ".join(f"`{feed}`" for feed in row["sources"].split(";")),
        "needed of every member": ", ".join(f"`{feed}`" for feed in row["base_feed"].split(";"))
        if row["base_feed"] != "none"
        else "",
        "not told under": f"`{row['minimum_figure']}` of seed `minimum_n`" if row["minimum_figure"] != "none" else "",
        "source": source,
        "beside it": "; ".join(
            f"`{each['measure']}` {each['name_en'][0].lower()}{each['name_en'][1:]}" for each in measures
        ),
        "computed": "" if is_computed else "not yet",
    }
    table = "".join(f"| {name} | {fact} |\n" for name, fact in facts.items() if fact)
    return f"\n## {row['code']} {row['name_en']}\n\n{texts}| | |\n|---|---|\n{table}"


def _place(row: Row) -> str:
    return f"lines {row['document']}" if row["document"][0].isdigit() else row["document"]


def _better(row: Row) -> str:
    return {"higher": "more is better", "lower": "less is better", "none": "neither is better"}[row["direction"]]


def _rows(seed: str) -> list[Row]:
    with (_SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
