-- Months, not days: exact days would tell people apart.
select
    person_id,
    institution_id,
    spell_no,
    position_group,
    {{ month_start('starts_on') }} as start_month_on,
    {{ month_start('held_through_on') }} as held_through_month_on,
    is_open,
    removing_reason is not null as is_last_of_career,
    posts_n,
    cast({{ month_steps('starts_on', 'held_through_on') }} + 1 as bigint) as held_months,
    largest_load_fte
from {{ ref('int_staff_spell') }}
