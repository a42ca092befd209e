-- Rows of one person, institution and position group that start within 45 days of each other are one post from the earlier
-- day: a corrected start, or one post given by subject. Few rows have another near them, and only those are put together.
with started as (
    select
        person_no,
        institution_id,
        position_group,
        position,
        starts_on,
        held_through_on,
        is_open,
        window_end_on,
        case when not is_open and end_reason in ('died', 'retired') then end_reason end as removing_reason,
        load_fte,
        subject,
        sender,
        lag(starts_on) over (
            partition by person_no, institution_id, position_group order by starts_on, position, sender
        ) as previous_start_on,
        lead(starts_on) over (
            partition by person_no, institution_id, position_group order by starts_on, position, sender
        ) as next_start_on
    from {{ ref('int_career_row') }}
    where not is_not_started
),

marked as (
    select
        *,
        coalesce({{ days_between('previous_start_on', 'starts_on') }} > {{ var('same_post_days') }}, true) as is_first,
        coalesce({{ days_between('starts_on', 'next_start_on') }} > {{ var('same_post_days') }}, true) as is_last
    from started
),

numbered as (
    select
        *,
        sum(case when is_first then 1 else 0 end) over (
            partition by person_no, institution_id, position_group
            order by starts_on, position, sender
            rows between unbounded preceding and current row
        ) as post_no
    from marked
    where not (is_first and is_last)
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_no, institution_id, position_group, post_no
            order by starts_on asc, load_fte desc nulls last, position asc, sender asc
        ) as row_no,
        min(starts_on) over (partition by person_no, institution_id, position_group, post_no) as post_starts_on,
        max(held_through_on) over (partition by person_no, institution_id, position_group, post_no) as post_held_through_on
    from numbered
)

select
    person_no,
    institution_id,
    position_group,
    starts_on,
    held_through_on,
    is_open,
    window_end_on,
    removing_reason,
    load_fte,
    subject,
    sender
from marked
where is_first and is_last

union all

select
    person_no,
    institution_id,
    position_group,
    min(starts_on) as starts_on,
    max(held_through_on) as held_through_on,
    -- The row that is known furthest says whether the post has ended.
    not {{ any_row('held_through_on = post_held_through_on and not is_open') }} as is_open,
    max(window_end_on) as window_end_on,
    -- Retired or died: only when nothing of the post goes on after that row. Where rows disagree, died.
    min(case when held_through_on = post_held_through_on then removing_reason end) as removing_reason,
    -- The load on the first day: a post given by subject has a row for each.
    cast(sum(case when starts_on = post_starts_on then load_fte end) as decimal(18, 4)) as load_fte,
    max(case when row_no = 1 then subject end) as subject,
    max(case when row_no = 1 then sender end) as sender
from ranked
group by person_no, institution_id, position_group, post_no
