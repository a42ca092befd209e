with told as (
    select
        level,
        {{ scope_of_segment() }},
        'school_year' as period_kind,
        school_year as period,
        finish_share as value,
        finished_n as numerator,
        in_post_n - removed_n - unknown_n as denominator,
        in_post_n - removed_n - unknown_n as n,
        {{ share_interval('finish_ci_low', 'finish_ci_high') }},
        status
    from {{ ref('retention_finish') }}
    where {{ is_a_scope() }}
    union all
    select
        level,
        'institution' as scope,
        institution_id as scope_id,
        'school_year' as period_kind,
        school_year as period,
        finish_share as value,
        finished_n as numerator,
        base_n as denominator,
        base_n as n,
        {{ share_interval(
            wilson_low('finish_share', 'cast(base_n as double)'), wilson_high('finish_share', 'cast(base_n as double)')
        ) }},
        status
    from {{ staff_finish(ref('int_staff_institution'), ['institution_id']) }} as finished
)

{{ indicator([
    mart_of('told', "level = 'network'"),
    mart_of('told', "level = 'workplace'", measure='workplace'),
    mart_of('told', "level = 'profession'", measure='profession'),
]) }}
