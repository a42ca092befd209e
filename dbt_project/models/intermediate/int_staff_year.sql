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
        s.stretch_no,
        s.person_no,
        s.institution_id,
        s.starts_on,
        s.held_through_on,
        s.is_open,
        s.window_end_on,
        s.removing_reason,
        y.start_year,
        y.first_on,
        y.last_on,
        y.finish_on,
        greatest(y.first_on, s.starts_on) as base_on,
        n.is_local,
        not s.is_open and not s.has_lost_post and s.held_through_on < s.window_end_on as is_ended,
        y.first_on >= s.starts_on as is_in_post,
        s.held_through_on <= y.last_on as is_last_year
    from {{ ref('int_staff_spell') }} as s
    inner join years as y on s.starts_on <= y.last_on and s.held_through_on >= y.first_on
    inner join {{ ref('int_person') }} as n on s.person_no = n.person_no
    left join {{ ref('int_sender') }} as r on s.sender = r.sender
    where r.registry_complete_from is null or r.registry_complete_from <= y.first_on
),

-- Where the person is on the last school day and after the stretch. Asked only where the stretch does not tell by itself.
followed as (
    select
        t.stretch_no,
        t.start_year,
        {% for level in retention_levels() -%}
            {%- set at_level = "l.level = '" ~ level ~ "' and " -%}
            {{ any_row(at_level ~ 't.finish_on between l.from_on and l.held_through_on') }} as held_{{ level }},
            {{ any_row(
                at_level ~ 'l.held_through_on < t.finish_on and coalesce(l.next_from_on > t.finish_on, true) '
                ~ 'and t.finish_on <= l.window_end_on and l.held_through_on < l.window_end_on and not l.is_lost'
                ~ (' and not t.is_local' if level != 'workplace' else '')
            ) }} as gone_{{ level }},
            {{ any_row(at_level ~ 't.held_through_on >= l.from_on and t.held_through_on < l.held_through_on') }} as goes_on_{{ level }},
            {{ any_row(at_level ~ 't.held_through_on between l.from_on and l.held_through_on and l.is_lost') }} as is_lost_{{ level }},
        {% endfor -%}
        {{ any_row("l.level = 'profession' and t.finish_on between l.from_on and l.read_through_on") }} as is_seen,
        {{ any_row("l.level = 'profession' and l.is_career_end and l.held_through_on < least(t.finish_on, l.window_end_on)") }} as is_removed
    from touched as t
    inner join {{ ref('int_staff_level_spell') }} as l on t.stretch_no = l.stretch_no
    where t.is_last_year or t.finish_on > t.window_end_on
    group by t.stretch_no, t.start_year
),

judged as (
    select
        t.*,
        t.window_end_on > t.last_on and (t.held_through_on >= t.last_on or t.is_ended) as is_read,
        t.is_last_year and t.is_ended as is_exit,
        t.removing_reason is not null as is_career_end,
        coalesce(f.is_removed, false) as is_removed,
        coalesce(f.is_seen, true) as is_seen,
        {{ level_columns(
            'coalesce(f.held_{level}, true) as held_{level}, coalesce(f.gone_{level}, false) as gone_{level}, '
            'coalesce(f.goes_on_{level}, true) as goes_on_{level}, coalesce(f.is_lost_{level}, false) as is_lost_{level}'
        ) }}
    from touched as t
    left join followed as f on t.stretch_no = f.stretch_no and t.start_year = f.start_year
),

mentored as (
    select distinct
        t.stretch_no,
        t.start_year
    from touched as t
    inner join {{ ref('int_mentored') }} as p on t.person_no = p.person_no and {{ is_mentored('p', 't.base_on') }}
),

reporting as (
    {{ reporting_mentors() }}
)

select
    j.stretch_no,
    j.start_year,
    j.is_in_post,
    j.is_read,
    j.is_career_end,
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
    coalesce(g.preparing_institution, 'unknown') as preparing_institution,
    coalesce(g.preparing_programme, 'unknown') as preparing_programme,
    {{ mentor_code(
        add_days('j.base_on', var('landmark_days')), 'j.held_through_on', 'j.is_open', 'p.stretch_no', 'r.reports_from_on'
    ) }} as had_mentor
from judged as j
left join {{ ref('int_teaching_graduation') }} as g on j.person_no = g.person_no and {{ is_latest('g', 'j.base_on') }}
left join mentored as p on j.stretch_no = p.stretch_no and j.start_year = p.start_year
left join reporting as r on j.institution_id = r.institution_id
