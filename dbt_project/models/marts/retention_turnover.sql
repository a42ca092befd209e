with levelled as (
    {{ staff_level_rows(
        ref('int_staff_count'),
        ['start_year', 'school_year', 'segment', 'segment_value', 'unread_n', 'exits_removed_n', 'month_starts_n'],
        ['exits', 'exits_unknown']
    ) }}
),

observed as (
    select
        *,
        {{ add_days(add_months(school_year_start('school_year'), 12), -1) }} < {{ add_days(as_of(), - var('gap_tolerance_days')) }} as is_observed
    from levelled
),

counted as (
    select
        school_year,
        level,
        segment,
        segment_value,
        is_observed,
        case when is_observed then cast(month_starts_n as double) / 12 end as headcount_value,
        case when is_observed then exits_n end as exits_n,
        case when is_observed then exits_unknown_n end as unknown_n,
        case when is_observed then exits_removed_n end as removed_n,
        case when is_observed then unread_n end as unread_n,
        case when is_observed and month_starts_n > 0 then month_starts_n end as month_starts_n
    from observed
)

select
    {{ as_of() }} as as_of_on,
    s.school_year,
    s.level,
    s.segment,
    s.segment_value,
    s.headcount_value,
    s.exits_n,
    s.unknown_n,
    s.removed_n,
    s.unread_n,
    cast(s.exits_n * 12 as double) / s.month_starts_n as turnover_value,
    cast((s.exits_n + s.unknown_n) * 12 as double) / s.month_starts_n as bound_high_value,
    {{ target_columns() }},
    case
        when not s.is_observed then 'not_yet_observed'
        when s.month_starts_n is null and s.unread_n > 0 then 'not_collected'
        when coalesce(s.month_starts_n, 0) < 12 * {{ minimum_n('index') }} then 'too_few'
        else 'ok'
    end as status
from counted as s
{{ join_target("'RT'", 's') }}
