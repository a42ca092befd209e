-- Months, not days: exact days would tell people apart.
select
    n.person_id,
    s.institution_id,
    s.spell_no,
    s.position_group,
    {{ month_start('s.starts_on') }} as start_month_on,
    {{ month_start('s.held_through_on') }} as held_through_month_on,
    s.is_open,
    s.removing_reason is not null as is_last_of_career,
    s.posts_n,
    cast({{ month_steps('s.starts_on', 's.held_through_on') }} + 1 as bigint) as held_months,
    s.largest_load_fte
from {{ ref('int_staff_spell') }} as s
inner join {{ ref('int_person') }} as n on s.person_no = n.person_no
