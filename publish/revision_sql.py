"""The query of the revision table, over the restricted parts of two releases attached as `old` and `new`."""

from __future__ import annotations

from collections.abc import Sequence

KEY = ("cohort_year", "level", "estimand", "segment", "segment_value", "horizon_months")
#: Why a figure is not what it was; where there are several reasons, that of the most people, and of equals the first here.
#: `other_rules`: code or settings differ too, or no person accounts for it, so that what people did cannot be told from
#: what rules did.
REASONS = (
    *("unchanged", "not_observed_before", "not_observed_now", "other_rules"),
    *("people", "outcomes", "became_known", "became_unknown"),
)
_LEVELS = ("workplace", "network", "profession")
_ESTIMANDS = ("employed_at", "continuous")
_OUTCOMES = [(level, estimand, f"{estimand}_{level}") for level in _LEVELS for estimand in _ESTIMANDS]
#: What `int_retention_outcome` writes for each state.
_STATES = {"retained": 2, "unknown": 1, "removed": 3}
_UNKNOWN = _STATES["unknown"]
_MOVES = ("entered_moved_n", "entered_revalued_n", "left_moved_n", "left_revalued_n")
_CHANGES = ("now_known_n", "now_unknown_n", "outcome_changed_n")
_FLOWS = tuple(f"{state}_{flow}_n" for state in _STATES for flow in ("entered", "left", "gained", "lost"))
_SIDES = ("before", "after")
#: A release as it is attached, its alias, and whether somebody is placed in its cohort.
_RELEASES = (("old", "o", "was_in"), ("new", "n", "is_in"))
_OF_CLUSTERS = ("cluster", "cluster_role")
COLUMNS = (
    *KEY,
    *(f"{figure}_{side}" for figure in ("status", "index_share") for side in _SIDES),
    *(f"{count}_{side}_n" for count in ("hired", *_STATES) for side in _SIDES),
    *("entered_n", "left_n", *_MOVES, *_CHANGES, *_FLOWS, "reason"),
)


def revision_query(person_segments: Sequence[str] | None, *, rules_differ: bool) -> str:
    """The rows of the revision table, sorted by key.

    Args:
        person_segments: columns of `int_retention_member` that are segments; None leaves out every segment but `all`.
        rules_differ: whether the releases count by different rules.
    """
    return f"""
    with {", ".join(_placed(side, person_segments) for side in ("old", "new"))},
    {", ".join(_outcome(side) for side in ("old", "new"))},
    horizon as (
        select distinct horizon_months from old.marts.retention_index
        union
        select distinct horizon_months from new.marts.retention_index
    ),

    -- Each place that somebody has in a cohort, before or now, and whence or whither where it is only one of the two.
    met as (
        select
            coalesce(o.person_id, n.person_id) as person_id,
            coalesce(o.cohort_start_year, n.cohort_start_year) as cohort_start_year,
            coalesce(o.segment, n.segment) as segment,
            coalesce(o.segment_value, n.segment_value) as segment_value,
            o.person_id is not null as was_in,
            n.person_id is not null as is_in
        from old_placed as o
        full join new_placed as n
            on o.person_id = n.person_id and o.cohort_start_year = n.cohort_start_year
            and o.segment = n.segment and o.segment_value = n.segment_value
    ),

    crossed as (
        select
            m.*,
            case
                when m.was_in and m.is_in then 'stayed'
                when m.is_in and b.person_id is null then 'entered'
                when m.is_in and b.cohort_start_year <> m.cohort_start_year then 'entered_moved'
                when m.is_in then 'entered_revalued'
                when a.person_id is null then 'left'
                when a.cohort_start_year <> m.cohort_start_year then 'left_moved'
                else 'left_revalued'
            end as passage
        from met as m
        left join old.intermediate.int_retention_member as b
            on m.person_id = b.person_id and not b.is_never_started
        left join new.intermediate.int_retention_member as a
            on m.person_id = a.person_id and not a.is_never_started
    ),

    passed as (
        select
            c.cohort_start_year, c.segment, c.segment_value, h.horizon_months, c.passage,
            {", ".join(_told(*side, name) for *_, name in _OUTCOMES for side in _RELEASES)},
            count(*) as people_n
        from crossed as c
        cross join horizon as h
        left join old_outcome as o on c.person_id = o.person_id and h.horizon_months = o.horizon_months
        left join new_outcome as n on c.person_id = n.person_id and h.horizon_months = n.horizon_months
        group by all
    ),

    measured as (
        select
            concat(cohort_start_year, '/', substr(cast(cohort_start_year + 1 as varchar), 3, 2)) as cohort_year,
            segment, segment_value, horizon_months, passage, people_n,
            unnest([{", ".join(_struct(*outcome) for outcome in _OUTCOMES)}], recursive := true)
        from passed
    ),

    counted as (
        select {", ".join(KEY)}, {", ".join(_counts())}
        from measured
        group by all
    ),

    {_figures(person_segments)},

    explained as (
        select *, {_reason(rules_differ)} as reason
        from figured
    )

    select * from explained order by {", ".join(KEY)}
    """


def _placed(side: str, person_segments: Sequence[str] | None) -> str:
    """Who is in which cohort and, for each segment, under which value, as the marts place them."""
    member = f"{side}.intermediate.int_retention_member"
    person = "m.person_id, m.cohort_start_year"
    selects = [f"select {person}, 'all' as segment, 'all' as segment_value from {member} as m"]
    if person_segments is not None:
        selects += [
            f"select {person}, s.segment, s.segment_value from {member} as m"
            f" inner join {side}.intermediate.int_place_segment as s"
            " on m.institution_id = s.institution_id and s.segment <> 'all'"
        ]
        selects += [f"select {person}, '{name}', m.{name} from {member} as m" for name in person_segments]
        selects += [
            f"select distinct {person}, '{name}', s.{name} from {member} as m"
            f" inner join {side}.intermediate.int_network_set as s on m.network_set = s.network_set"
            for name in _OF_CLUSTERS
        ]
    return f"{side}_placed as ({' union all '.join(f'{select} where not m.is_never_started' for select in selects)})"


def _outcome(side: str) -> str:
    """What became of each member of a cohort that is observed at the horizon."""
    return f"""{side}_outcome as (
        select m.person_id, o.horizon_months, {", ".join(f"o.{name}" for *_, name in _OUTCOMES)}
        from {side}.intermediate.int_retention_outcome as o
        inner join {side}.intermediate.int_retention_member as m on o.member_no = m.member_no
        where o.is_cohort_observed
    )"""


def _told(side: str, alias: str, is_placed: str, name: str) -> str:
    """An outcome in a release for who is in the cohort there. As a condition of the join it would forbid a join by hashes."""
    return f"case when c.{is_placed} then {alias}.{name} end as {side}_{name}"


def _struct(level: str, estimand: str, name: str) -> str:
    return f"{{'level': '{level}', 'estimand': '{estimand}', 'was': old_{name}, 'becomes': new_{name}}}"


def _counts() -> list[str]:
    stayed = "passage = 'stayed'"
    conditions = {
        "entered_n": "passage like 'entered%'",
        "left_n": "passage like 'left%'",
        **{move: f"passage = '{move.removesuffix('_n')}'" for move in _MOVES},
        "now_known_n": f"{stayed} and was = {_UNKNOWN} and becomes <> {_UNKNOWN}",
        "now_unknown_n": f"{stayed} and was <> {_UNKNOWN} and becomes = {_UNKNOWN}",
        "outcome_changed_n": f"{stayed} and was <> becomes and {_UNKNOWN} not in (was, becomes)",
    }
    for state, code in _STATES.items():
        conditions |= {
            f"{state}_entered_n": f"passage like 'entered%' and becomes = {code}",
            f"{state}_left_n": f"passage like 'left%' and was = {code}",
            f"{state}_gained_n": f"{stayed} and was <> {code} and becomes = {code}",
            f"{state}_lost_n": f"{stayed} and was = {code} and becomes <> {code}",
        }
    return [
        f"cast(sum(case when {told} then people_n else 0 end) as bigint) as {name}" for name, told in conditions.items()
    ]


def _figures(person_segments: Sequence[str] | None) -> str:
    """CTE `figured`: the figures of both releases beside the counts of people.

    A value of a segment that a release does not have is one of nobody; a cohort is observed at a horizon as a whole.
    """
    keys = ", ".join(KEY)
    every = ("status", "index_share", "hired_n", *(f"{state}_n" for state in _STATES))
    sides = ", ".join(f"{side}.{figure} as {side}_{figure}" for side in ("o", "n") for figure in every)
    both = "was_observed and is_observed"
    states = ", ".join(
        f"case when {seen} then coalesce({side}_{state}_n, 0) end as {state}_{name}_n"
        for state in _STATES
        for side, name, seen in (("o", "before", "was_observed"), ("n", "after", "is_observed"))
    )
    always = ", ".join(f"coalesce(c.{name}, 0) as {name}" for name in ("entered_n", "left_n", *_MOVES))
    observed = ", ".join(f"case when {both} then coalesce(c.{name}, 0) end as {name}" for name in (*_CHANGES, *_FLOWS))
    return f"""
    matched as (
        select {keys}, {sides}
        from old.marts.retention_index as o
        full join new.marts.retention_index as n using ({keys})
        where cohort_year <> 'all' and {_segments(person_segments)}
    ),

    seen as (
        select
            *,
            {_is_observed("o")} as was_observed,
            {_is_observed("n")} as is_observed
        from matched
    ),

    figured as (
        select
            {", ".join(f"s.{name}" for name in KEY)}, was_observed, is_observed,
            o_status as status_before, n_status as status_after,
            o_index_share as index_share_before, n_index_share as index_share_after,
            coalesce(o_hired_n, 0) as hired_before_n, coalesce(n_hired_n, 0) as hired_after_n,
            {states},
            {always},
            {observed}
        from seen as s
        left join counted as c on {" and ".join(f"s.{name} = c.{name}" for name in KEY)}
    )"""


def _segments(person_segments: Sequence[str] | None) -> str:
    if person_segments is None:
        return "segment = 'all'"
    told = ", ".join(f"'{name}'" for name in (*person_segments, *_OF_CLUSTERS))
    places = " union ".join(f"select segment from {side}.intermediate.int_place_segment" for side in ("old", "new"))
    return f"(segment in ({told}) or segment in ({places}))"


def _is_observed(side: str) -> str:
    return (
        f"coalesce(bool_or({side}_status <> 'not_yet_observed') over (partition by cohort_year, horizon_months), false)"
    )


def _reason(rules_differ: bool) -> str:
    people = {
        "people": "entered_n + left_n",
        "outcomes": "coalesce(outcome_changed_n, 0)",
        "became_known": "coalesce(now_known_n, 0)",
        "became_unknown": "coalesce(now_unknown_n, 0)",
    }
    nobody = f"{' + '.join(people.values())} = 0"
    same = " and ".join(
        f"{before} is not distinct from {after}"
        for before, after in (
            ("status_before", "status_after"),
            ("index_share_before", "index_share_after"),
            *((f"{count}_before_n", f"{count}_after_n") for count in ("hired", *_STATES)),
        )
    )
    most = f"greatest({', '.join(people.values())})"
    return f"""case
            when is_observed and not was_observed then 'not_observed_before'
            when was_observed and not is_observed then 'not_observed_now'
            when {nobody} and {same} then 'unchanged'
            when {str(rules_differ).lower()} or {nobody} then 'other_rules'
            {" ".join(f"when {count} = {most} then '{reason}'" for reason, count in people.items())}
        end"""
