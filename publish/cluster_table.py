"""The cluster table in words: one line an indicator, its figure as people write it, and what is to be made of it; and what warns.

What belongs here: how `marts.cluster_indicator` and `cluster_alert` are read out in Kazakh, Russian and English. What the
figures are is said by the marts, what the indicators are called by the registry, words by the catalogue of texts.
"""

from __future__ import annotations

import duckdb
import polars as pl

from bilimkoz.sql import literal
from bilimkoz.texts import catalogue, say

#: Order in which a council reads them: people, teaching, practice, life of the network, money.
FAMILIES = "RVLGOPMATHDJNSXEF"
#: Digits after the point of what is no share and no count.
_DIGITS = {"score": 2, "difference": 2, "coefficient": 2, "months": 1, "hours": 1, "per_100": 1, "per_1000": 1}
_COLUMNS = (
    "field",
    "indicator",
    "year",
    "figure",
    "range",
    "rests_on",
    "before",
    "trend",
    "target",
    "reading",
    "owner",
)


def cluster_table(
    marts: duckdb.DuckDBPyConnection, cluster_id: str, language: str, school_year: str | None = None
) -> pl.DataFrame:
    """All indicators of one cluster, each in the newest school year of which it is told, as a person reads them.

    Args:
        marts: a release, as `open_release` gives it.
        cluster_id: the cluster.
        language: kk, ru or en, of headings, names and words.
        school_year: such as 2025/26, and no later; the newest where none is given.

    Returns:
        One row an indicator that is asked of the cluster, in the order of `FAMILIES`; all columns are texts, headed in the
        language. Empty of a cluster that there is not.
    """
    name = f"i.name_{language}"
    told = marts.sql(
        f"""
        with own as (
            select * from marts.cluster_indicator
            where scope = 'cluster' and scope_id = $cluster and period_kind = 'school_year' and measure = 'main'
                and period <= coalesce($year, period) and status <> 'not_applicable'
        ),
        -- What can be told last: a cohort's retention is a year behind what is counted on a day. Where nothing is, why not in the
        -- newest year of which anything is.
        chosen as (
            select
                indicator,
                coalesce(max(period) filter (status in ('ok', 'too_few')), max(period) filter (is_told_year)) as period
            from (select *, period in (select period from own where status = 'ok') as is_told_year from own)
            group by indicator
        ),
        year as (select own.* from own inner join chosen using (indicator, period)),
        before as (
            select indicator, max_by(own.value, own.period) as value
            from own inner join chosen using (indicator) where own.period < chosen.period and own.value is not null
            group by indicator
        )
        select
            {_words("family", "i.family", language)} as field,
            {name} as indicator,
            y.period as year,
            {figure("y.value", "i.unit", language)} as figure,
            {figure("y.ci_low", "i.unit", language)} || ' – ' || {figure("y.ci_high", "i.unit", language)} as range,
            {figure("y.n", "'n'", language)} as rests_on,
            {figure("b.value", "i.unit", language)} as before,
            {_words("trend", "y.trend", language)} as trend,
            {_target(language)} as target,
            {_reading(language)} as reading,
            {_words("role", "y.owner_role", language)} as owner
        from year as y
        inner join marts.dim_indicator as i using (indicator)
        left join before as b using (indicator)
        order by instr('{FAMILIES}', i.family), length(i.indicator), i.indicator
        """,
        params={"cluster": cluster_id, "year": school_year},
    ).pl()
    told = told.with_columns(pl.all().fill_null(""))
    return told.rename({column: say(language, f"cluster_table.{column}") for column in _COLUMNS})


def open_warnings(marts: duckdb.DuckDBPyConnection, cluster_id: str, language: str) -> pl.DataFrame:
    """What is to be done in one cluster: of each rule that has open warnings, how many, since when, and what the rule asks for.

    Args:
        marts: a release, as `open_release` gives it.
        cluster_id: the cluster.
        language: kk, ru or en.

    Returns:
        One row a rule, the one that is open longest first; all columns are texts, headed in the language. Figure and bound are
        those of the warning that opened last; of rules of a rise there are none, since the figure is held against earlier ones.
    """
    # A risk has the owner that its cluster names, in its own words.
    owner = f"coalesce({_words('role', 'owner_role', language)}, replace(owner_role, '_', ' '))"
    told = marts.sql(
        f"""
        with standing as (
            select rule, unit, reaction_{language} as reaction, bound_value, count(*) as open_n, min(opened_on) as since_on,
                max_by(value, (opened_on, alert_id)) as value,
                string_agg(distinct {owner}, ', ' order by {owner}) as owner
            from marts.cluster_alert where cluster_id = $cluster and closed_on is null
            group by rule, unit, reaction_{language}, bound_value
        )
        select
            {_words("warning", "rule", language)} as warning,
            cast(open_n as varchar) as open,
            {_day("since_on", language)} as since,
            case when unit <> 'difference' then {figure("value", "unit", language)} end as worst,
            case when unit <> 'difference' then {figure("bound_value", "unit", language)} end as bound,
            reaction as to_do,
            owner
        from standing order by since_on, rule
        """,
        params={"cluster": cluster_id},
    ).pl()
    headings = {column: say(language, f"open_warnings.{column}") for column in told.columns if column != "owner"}
    return told.with_columns(pl.all().fill_null("")).rename({**headings, "owner": say(language, "cluster_table.owner")})


def figure(value: str, unit: str, language: str) -> str:
    """SQL of a figure as it is written: shares as per cent, a comma for the point where the language has one."""
    value = f"cast({value} as double)"
    cases = " ".join(f"when '{name}' then printf('%.{digits}f', {value})" for name, digits in _DIGITS.items())
    number = (
        f"case {unit} when 'share' then printf(case when abs({value}) < 0.1 then '%.1f' else '%.0f' end, 100 * {value}) {cases}"
        f" when 'n' then format(case when {value} = floor({value}) then '{{:,.0f}}' else '{{:,.1f}}' end, {value})"
        f" else format('{{:,.0f}}', {value}) end"
    )
    number = f"replace({number}, ',', chr(160))"
    number = number if language == "en" else f"replace({number}, '.', ',')"
    return f"replace({_words('sign', unit, language)}, '{{x}}', {number})"


def _words(section: str, code: str, language: str) -> str:
    """SQL of the words for a code; null of a code without words."""
    said = {key.split(".")[1]: text for key, text in catalogue(language).items() if key.startswith(f"{section}.")}
    return f"case {code} " + " ".join(f"when '{key}' then {literal(text)}" for key, text in said.items()) + " end"


def _target(language: str) -> str:
    by = literal(catalogue(language)["cluster_table.by"])
    target, day = figure("y.target", "i.unit", language), _day("y.target_on", language)
    return f"coalesce(replace(replace({by}, '{{target}}', {target}), '{{day}}', {day}), {target})"


def _day(column: str, language: str) -> str:
    return f"strftime({column}, '{'%Y-%m-%d' if language == 'en' else '%d.%m.%Y'}')"


def _reading(language: str) -> str:
    """What is to be made of it: why it is not told, and who has not delivered; else how it stands to target and start."""
    missing = literal(catalogue(language)["cluster_table.missing"])
    lacking = (
        f"replace(replace({missing}, '{{missing}}', cast(y.members_n - y.delivered_n as varchar)),"
        " '{members}', cast(y.members_n as varchar))"
    )
    why = _words("reading", "case when y.status = 'ok' then y.band else y.status end", language)
    return f"concat_ws('; ', {why}, case when y.status = 'not_collected' and y.delivered_n < y.members_n then {lacking} end)"
