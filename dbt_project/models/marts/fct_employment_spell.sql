-- Stretches of teaching posts of one person at one institution, gaps of up to the tolerance bridged. Months, not days: exact
-- days would tell people apart.
with ordered as (
    select
        *,
        max(held_through_on) over (
            partition by person_id, institution_id
            order by starts_on, held_through_on, position_group
            rows between unbounded preceding and 1 preceding
        ) as held_before_on
    from {{ ref('int_career_post') }}
),

numbered as (
    select
        *,
        cast(
            sum(
                case when {{ days_between('held_before_on', 'starts_on') }} - 1 <= {{ var('gap_tolerance_days') }} then 0 else 1 end
            ) over (
                partition by person_id, institution_id
                order by starts_on, held_through_on, position_group
                rows between unbounded preceding and current row
            ) as int
        ) as spell_no
    from ordered
),

placed as (
    select
        *,
        min(starts_on) over (partition by person_id, institution_id, spell_no) as spell_starts_on,
        max(held_through_on) over (partition by person_id) as career_held_through_on
    from numbered
)

select
    person_id,
    institution_id,
    spell_no,
    min(case when starts_on = spell_starts_on then position_group end) as position_group,
    {{ month_start('min(starts_on)') }} as start_month_on,
    {{ month_start('max(held_through_on)') }} as held_through_month_on,
    cast(max(case when is_open then 1 else 0 end) as int) = 1 as is_open,
    -- Who retires and takes a post again has not ended a career yet.
    {{ any_row('removing_reason is not null and held_through_on = career_held_through_on') }} as is_last_of_career,
    cast(count(*) as bigint) as posts_n,
    cast({{ month_steps('min(starts_on)', 'max(held_through_on)') }} + 1 as bigint) as held_months,
    cast(max(load_fte) as decimal(18, 4)) as largest_load_fte
from placed
group by person_id, institution_id, spell_no
