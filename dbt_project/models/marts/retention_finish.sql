with levelled as (
    {{ staff_level_rows(
        ref('int_staff_count'),
        ['start_year', 'school_year', 'segment', 'segment_value', 'in_post_n', 'removed_n'],
        ['finished', 'unknown']
    ) }}
),

observed as (
    select
        *,
        {{ last_school_day('start_year') }} <= {{ add_days(as_of(), - var('gap_tolerance_days')) }} as is_observed
    from levelled
    where in_post_n > 0
),

based as (
    select
        school_year,
        level,
        segment,
        segment_value,
        in_post_n,
        is_observed,
        case when is_observed then finished_n end as finished_n,
        case when is_observed then unknown_n end as unknown_n,
        case when is_observed then removed_n end as removed_n,
        case when is_observed and in_post_n > removed_n + unknown_n then in_post_n - removed_n - unknown_n end as base_n
    from observed
),

shared as (
    select
        *,
        cast(finished_n as double) / base_n as share,
        cast(base_n as double) as n
    from based
)

select
    {{ as_of() }} as as_of_on,
    s.school_year,
    s.level,
    s.segment,
    s.segment_value,
    s.in_post_n,
    s.finished_n,
    s.unknown_n,
    s.removed_n,
    s.share as finish_share,
    {{ wilson_low('s.share', 's.n') }} as finish_ci_low,
    {{ wilson_high('s.share', 's.n') }} as finish_ci_high,
    cast(s.finished_n as double) / nullif(s.in_post_n - s.removed_n, 0) as bound_low_share,
    cast(s.finished_n + s.unknown_n as double) / nullif(s.in_post_n - s.removed_n, 0) as bound_high_share,
    {{ target_columns() }},
    case
        when not s.is_observed then 'not_yet_observed'
        when s.base_n is null and s.unknown_n > 0 then 'not_collected'
        when coalesce(s.base_n, 0) < {{ minimum_n('index') }} then 'too_few'
        else 'ok'
    end as status
from shared as s
{{ join_target("'RY'", 's') }}
