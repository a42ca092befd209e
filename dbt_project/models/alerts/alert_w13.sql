-- The 12-month retention index, cohort by cohort: lower in each of the last two.
with cohort as (
    select
        segment_value as cluster_id,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        '' as object_id,
        cohort_year as period,
        cast(substr(cohort_year, 1, 4) as int) as period_no,
        -- The last of the cohort has been there a year by then.
        {{ add_days(add_months(school_year_start('cohort_year'), 24), -1) }} as ends_on,
        cast(hired_n - removed_n - unknown_n - retained_n as double) as numerator,
        cast(hired_n - removed_n - unknown_n as bigint) as n,
        1 - index_share as value
    from {{ ref('retention_index') }}
    where
        segment = 'cluster'
        and segment_value <> 'none'
        and cohort_year <> 'all'
        and level = '{{ var('headline_level') }}'
        and estimand = 'employed_at'
        and horizon_months = 12
        and status = 'ok'
),

series as (
    {{ with_two_before('cohort') }}
),

judged as (
    {{ rising_twice('series') }}
),

opened as (
    {{ period_alerts('judged') }}
)

-- What rises is the share that is gone; the index is the rest.
select
    rule,
    cluster_id,
    institution_id,
    object_id,
    period,
    opened_on,
    closed_on,
    1 - value as value,
    is_watch,
    owner_role
from opened
