-- How many whole months each member was followed at each level, and whether the last of them is the month of the exit.
-- Only whole months count: who leaves in a month that cannot be read to its end is censored before it, as are those who stay.
with followed as (
    select
        m.*,
        s.level,
        {{ whole_months(
            'm.t0_on',
            'case when s.is_exit_known and not s.is_career_end then s.window_end_on else s.read_through_on end'
        ) }} as followed_months,
        case
            when s.is_exit_known and not s.is_career_end
                then {{ months_up('m.t0_on', add_days('s.held_through_on', 1)) }}
        end as exit_month
    from {{ ref('int_retention_member') }} as m
    inner join {{ ref('int_level_spell') }} as s on m.member_no = s.member_no
    where s.spell_no = 1 and not m.is_never_started
)

select
    member_no,
    level,
    cohort_start_year,
    -- One month past the curve stands for all that comes after it.
    cast(least(coalesce(exit_month, followed_months), followed_months, {{ var('curve_months') + 1 }}) as int) as last_month,
    coalesce(exit_month <= followed_months and exit_month <= {{ var('curve_months') }}, false) as is_exit
from followed
where followed_months >= 0
