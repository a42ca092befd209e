-- Stretches of teaching posts of one person at one institution, gaps of up to the tolerance bridged.
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
        max(held_through_on) over (partition by person_id, institution_id, spell_no) as spell_held_through_on,
        max(held_through_on) over (partition by person_id) as career_held_through_on
    from numbered
)

select
    -- In place of the three words of its key, which the large tables above would carry.
    cast(row_number() over (order by person_id, institution_id, spell_no) as bigint) as stretch_no,
    person_id,
    institution_id,
    spell_no,
    min(case when starts_on = spell_starts_on then position_group end) as position_group,
    min(starts_on) as starts_on,
    max(held_through_on) as held_through_on,
    {{ any_row('is_open') }} as is_open,
    -- An open post that nobody vouches for as long as the others: whether it ended is not known.
    {{ any_row('is_open and held_through_on < spell_held_through_on') }} as has_lost_post,
    max(window_end_on) as window_end_on,
    -- Retired or died. Who retires and takes a post again has not ended a career yet.
    min(case when held_through_on = career_held_through_on then removing_reason end) as removing_reason,
    min(case when starts_on = spell_starts_on then subject end) as subject,
    min(case when starts_on = spell_starts_on then sender end) as sender,
    cast(count(*) as bigint) as posts_n,
    cast(max(load_fte) as decimal(18, 4)) as largest_load_fte
from placed
group by person_id, institution_id, spell_no
