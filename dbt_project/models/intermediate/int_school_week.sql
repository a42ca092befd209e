-- Weeks, each in the periods of its Wednesday, the middle of the school week: what is counted by the week falls into one month, and a week
-- is one of the holidays when most of its school days are.
with first_week as (
    select {{ add_days(week_start('min(starts_on)'), 2) }} as middle_on
    from {{ ref('int_period') }}
),

week as (
    select {{ add_days('f.middle_on', 'n.number * 7') }} as middle_on
    from first_week as f
    cross join ({{ numbers(3) }}) as n
),

placed as (
    select
        w.middle_on,
        {{ periods('w.middle_on') }},
        substr(cast(w.middle_on as {{ dbt.type_string() }}), 6, 5) as day_of_year,
        {{ last_school_day('t.start_year') }} as last_school_on
    from week as w
    {{ join_term('w.middle_on', relation='int_school_term') }}
    where w.middle_on <= {{ as_of() }}
)

select
    {{ add_days('middle_on', -2) }} as week_starts_on,
    middle_on,
    school_year,
    semester,
    quarter,
    month,
    middle_on <= last_school_on and not ({{ in_holidays('day_of_year') }}) as is_school_week
from placed
