-- What is known of each member on the horizon day, at each level and for each estimand: 0 gone, 1 unknown, 2 retained.
-- The codes are ordered so that what is known carries over: gone from a wider level is gone from the narrower, and who is not
-- there on the day was not there throughout; retained in the narrower is retained in the wider.
with day as (
    select
        m.member_no,
        h.horizon_months,
        {{ add_months('m.t0_on', 'h.horizon_months') }} as horizon_on
    from {{ ref('int_retention_member') }} as m
    inner join {{ ref('int_cohort_horizon') }} as h on m.cohort_start_year = h.cohort_start_year
    where h.is_observed and not m.is_never_started
),

read as (
    select
        d.member_no,
        d.horizon_months,
        {% for level in retention_levels() -%}
            cast(max(case
                when s.level <> '{{ level }}' or s.next_from_on <= d.horizon_on then 0
                when d.horizon_on <= s.read_through_on then 2
                when d.horizon_on <= s.held_through_on or not s.is_exit_known then 1
                else 0
            end) as int) as employed_at_{{ level }},
            cast(max(case
                when s.level <> '{{ level }}' or s.spell_no > 1 then 0
                when d.horizon_on <= s.read_through_on then 2
                when d.horizon_on <= s.held_through_on or not s.is_exit_known then 1
                else 0
            end) as int) as continuous_{{ level }},
        {% endfor -%}
        -- Retired or died before the day: neither retained nor gone.
        cast(max(case when s.is_career_end and s.held_through_on < d.horizon_on then 1 else 0 end) as int) = 1 as is_removed
    from day as d
    inner join {{ ref('int_level_spell') }} as s on d.member_no = s.member_no and d.horizon_on >= s.from_on
    group by d.member_no, d.horizon_months
),

gone as (
    select
        member_no,
        horizon_months,
        is_removed,
        employed_at_profession,
        case when employed_at_profession = 0 then 0 else employed_at_network end as employed_at_network,
        case when employed_at_profession = 0 or employed_at_network = 0 then 0 else employed_at_workplace end as employed_at_workplace,
        case when employed_at_profession = 0 then 0 else continuous_profession end as continuous_profession,
        case
            when employed_at_profession = 0 or employed_at_network = 0 or continuous_profession = 0 then 0
            else continuous_network
        end as continuous_network,
        case
            when
                employed_at_profession = 0 or employed_at_network = 0 or employed_at_workplace = 0
                or continuous_profession = 0 or continuous_network = 0 then 0
            else continuous_workplace
        end as continuous_workplace
    from read
)

select
    g.member_no,
    g.horizon_months,
    m.cohort_start_year,
    m.institution_id,
    g.is_removed,
    g.employed_at_workplace,
    case when g.employed_at_workplace = 2 then 2 else g.employed_at_network end as employed_at_network,
    case when g.employed_at_workplace = 2 or g.employed_at_network = 2 then 2 else g.employed_at_profession end as employed_at_profession,
    g.continuous_workplace,
    case when g.continuous_workplace = 2 then 2 else g.continuous_network end as continuous_network,
    case when g.continuous_workplace = 2 or g.continuous_network = 2 then 2 else g.continuous_profession end as continuous_profession,
    m.network_set,
    m.subject,
    m.preparing_institution,
    m.sex,
    m.first_post,
    m.in_network_at_entry
from gone as g
inner join {{ ref('int_retention_member') }} as m on g.member_no = m.member_no
