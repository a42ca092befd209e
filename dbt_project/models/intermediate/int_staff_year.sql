-- Each stretch of posts at an institution in each school year that it touches: where it stands on the last school day, and whether
-- the person left in the year.
--
-- is_read: the institution vouches for the whole year and a day, so that whoever ended in it is known to have gone. The years before
-- a registry is complete show only those who stayed and are left out.
with years as (
    select distinct
        start_year,
        {{ school_year_start('school_year') }} as first_on,
        {{ add_days(add_months(school_year_start('school_year'), 12), -1) }} as last_on,
        {{ last_school_day('start_year') }} as finish_on
    from {{ ref('int_school_term') }}
    where start_year > {{ school_year_of(as_of()) }} - {{ var('staff_years') }} and start_year <= {{ school_year_of(as_of()) }}
),

touched as (
    select
        s.*,
        y.start_year,
        y.first_on,
        y.last_on,
        y.finish_on,
        n.is_local,
        n.sex,
        not s.is_open and not s.has_lost_post and s.held_through_on < s.window_end_on as is_ended,
        y.first_on >= s.starts_on as is_in_post,
        s.held_through_on <= y.last_on as is_last_year
    from {{ ref('int_staff_spell') }} as s
    inner join years as y on s.starts_on <= y.last_on and s.held_through_on >= y.first_on
    inner join {{ ref('int_person') }} as n on s.person_id = n.person_id
    left join {{ ref('int_sender') }} as r on s.sender = r.sender
    where r.registry_complete_from is null or r.registry_complete_from <= y.first_on
),

judged as (
    select
        t.*,
        t.window_end_on > t.last_on and (t.held_through_on >= t.last_on or t.is_ended) as is_read,
        t.is_last_year and t.is_ended as is_exit,
        t.is_ended and t.removing_reason is not null and t.held_through_on < t.finish_on as is_removed,
        t.finish_on <= least(t.held_through_on, t.window_end_on) or (t.is_last_year and coalesce(a.is_seen, false)) as is_seen,
        coalesce(a.is_lost, false) as is_lost,
        {{ level_columns(
            't.held_through_on >= t.finish_on or (t.is_last_year and coalesce(a.is_there_{level}, false)) as is_there_{level}, '
            't.is_last_year and coalesce(a.goes_on_{level}, false) as goes_on_{level}'
        ) }}
    from touched as t
    left join {{ ref('int_staff_after') }} as a
        on t.person_id = a.person_id and t.institution_id = a.institution_id and t.spell_no = a.spell_no
),

networked as (
    {{ network_sets(ref('int_staff_network'), ['institution_id', 'start_year']) }}
)

select
    j.person_id,
    j.institution_id,
    j.spell_no,
    j.start_year,
    coalesce(n.network_set, '') as network_set,
    j.is_in_post,
    j.is_read,
    j.removing_reason is not null as is_career_end,
    -- Of the twelve first days of a month, those on which the post was held.
    case
        when j.is_read
            then
                {{ whole_months('j.first_on', 'least(j.held_through_on, j.last_on)') }}
                - {{ months_up('j.first_on', 'greatest(j.starts_on, j.first_on)') }} + 1
        else 0
    end as month_starts_n,
    {% for level in retention_levels() -%}
        {{ finish_code(level) }} as finish_{{ level }},
        {{ exit_code(level) }} as exit_{{ level }},
    {% endfor -%}
    coalesce(j.subject, 'unknown') as subject,
    coalesce(j.sex, 'unknown') as sex,
    coalesce(d.disadvantage_quartile, 'unknown') as disadvantage_quartile
from judged as j
left join networked as n on j.institution_id = n.institution_id and j.start_year = n.start_year
left join {{ ref('int_disadvantage') }} as d on j.institution_id = d.institution_id and j.start_year = d.start_year
