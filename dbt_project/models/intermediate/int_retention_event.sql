-- The first event of each member at each level: what made the stay end, of causes that exclude each other. Retirement and
-- death are events here, where the curve only stops following; so the months are those of int_retention_exposure for all others.
-- A wider level that goes on after the last day tells where one went; one that nobody vouches for leaves it unknown.
with first_spell as (
    select
        s.member_no,
        s.level,
        s.held_through_on,
        s.is_exit_known,
        s.removing_reason,
        case when s.is_exit_known then s.window_end_on else s.read_through_on end as followed_through_on,
        max(case when s.level = 'network' then s.held_through_on end) over (partition by s.member_no) as network_through_on,
        max(case when s.level = 'profession' then s.held_through_on end) over (partition by s.member_no) as profession_through_on,
        {{ any_row("s.level = 'network' and s.is_exit_known", 'partition by s.member_no') }} as is_network_known,
        {{ any_row("s.level = 'profession' and s.is_exit_known", 'partition by s.member_no') }} as is_profession_known
    from {{ ref('int_level_spell') }} as s
    where s.spell_no = 1
),

caused as (
    select
        m.*,
        s.level,
        {{ whole_months('m.t0_on', 's.followed_through_on') }} as followed_months,
        case when s.is_exit_known then {{ months_up('m.t0_on', add_days('s.held_through_on', 1)) }} end as event_month,
        case
            when not s.is_exit_known then null
            when s.level = 'workplace' and s.network_through_on > s.held_through_on then 'moved_network'
            when s.level <> 'profession' and s.profession_through_on > s.held_through_on then 'moved_outside'
            when s.removing_reason is not null then s.removing_reason
            when s.level = 'workplace' and not s.is_network_known then 'unknown'
            when s.level <> 'profession' and not s.is_profession_known then 'unknown'
            else 'left'
        end as cause
    from {{ ref('int_retention_member') }} as m
    inner join first_spell as s on m.member_no = s.member_no
    where not m.is_never_started
)

select
    member_no,
    level,
    cohort_start_year,
    cast(least(coalesce(event_month, followed_months), followed_months, {{ var('curve_months') + 1 }}) as int) as last_month,
    case when event_month <= followed_months and event_month <= {{ var('curve_months') }} then cause end as cause
from caused
where followed_months >= 0
