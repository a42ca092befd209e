-- Where a feed has told something, or a file of it came: there what is not told is nought, elsewhere it is not known. What stands until it
-- is changed, an agreement for one, is told for every year, and what lasts, a pair of mentoring for one, for every year in which it does.
{%- set facts = {
    'institution_id, cluster_id': {
        'action_plan': 'fct_action', 'event_participants': 'fct_event_attendance', 'finance': 'fct_payment',
        'lesson_study_cycles': 'fct_lesson_study_cycle', 'lesson_study_participants': 'fct_lesson_study_participation',
        'network_events': 'fct_event', 'platform_cards': 'fct_platform_card', 'practicum_journal': 'fct_practicum_journal',
        'project_participants': 'fct_project_participation', 'support_tickets': 'fct_ticket', 'survey_responses': 'fct_survey_score',
    },
    'institution_id, null': {
        'assessment_results': 'fct_assessment', 'attendance': 'fct_attendance', 'climate_aggregates': 'fct_climate',
        'enrolments': 'fct_enrolment', 'lesson_analyses': 'fct_lesson_analysis', 'lesson_counts': 'fct_lesson_count',
        'mentoring_meetings': 'fct_mentoring_meeting', 'platform_events': 'fct_platform_day',
        'programme_outcomes': 'fct_outcome_alignment', 'programmes': 'dim_programme',
    },
    'college_id, null': {'module_credits': 'fct_module_credit'},
    'null, cluster_id': {
        'agreements': 'fct_agreement', 'joint_products': 'fct_joint_product', 'product_reviews': 'fct_product_review',
        'projects': 'fct_project', 'quality_checklists': 'fct_checklist', 'risks': 'fct_risk',
    },
} %}
{%- set standing = ['agreements', 'module_credits', 'programme_outcomes', 'programmes'] %}
with year as (
    select distinct
        school_year,
        year_starts_on,
        {{ add_days(add_months('year_starts_on', 12), -1) }} as year_ends_on
    from {{ ref('int_period') }}
),

told (feed, institution_id, cluster_id, school_year) as (
    {{ told_by_facts(facts, standing) }}
    union all
    select distinct
        d.feed,
        case when s.member_kind = 'institution' then s.member_id end,
        case when s.member_kind = 'cluster' then s.member_id end,
        case
            when d.period like '%/%' then substr(d.period, 1, 7)
            when d.period like '____-__' then {{ school_year_label(school_year_of(first_of_month('d.period'))) }}
            else d.school_year
        end
    from {{ ref('fct_delivery') }} as d
    inner join {{ ref('int_sender_member') }} as s on d.sender = s.sender
    where d.file_state = 'accepted'
),

lasting (feed, institution_id, cluster_id, from_on, through_on) as (
    select
        'mentoring_pairs',
        institution_id,
        null,
        coalesce(starts_on, offered_on),
        case when starts_on is null then offered_on else coalesce(ends_on, {{ as_of() }}) end
    from {{ ref('fct_mentoring_pair') }}
    union all
    select
        'practicum_placements',
        institution_id,
        cluster_id,
        starts_on,
        ends_on
    from {{ ref('fct_practicum') }}
    union all
    select
        'practicum_placements',
        sending_id,
        cluster_id,
        starts_on,
        ends_on
    from {{ ref('fct_practicum') }}
),

-- Feeds whose facts are of one day, or of a person, and tell of more than it.
wider (feed, institution_id, cluster_id, school_year) as (
    select distinct
        l.feed,
        l.institution_id,
        l.cluster_id,
        y.school_year
    from lasting as l
    inner join year as y on l.from_on <= y.year_ends_on and l.through_on >= y.year_starts_on
    union all
    select distinct
        'supervisor_visits',
        v.school_id,
        f.cluster_id,
        t.school_year
    from {{ linked('supervisor_visits', ['supervisor_id']) }} as v
    left join {{ ref('fct_practicum') }} as f on v.supervisor_id = f.supervisor_id and v.school_id = f.institution_id
    {{ join_term('v.visited_on') }}
    where {{ is_known('v.visited_on') }}
    union all
    -- A portfolio is told where its owner is in practicum.
    select distinct
        'portfolios',
        f.institution_id,
        f.cluster_id,
        a.school_year
    from {{ ref('fct_portfolio_artefact') }} as a
    inner join {{ ref('fct_practicum') }} as f on a.person_id = f.student_id
),

named as (
    select * from told
    union all
    select * from wider
),

-- What names a cluster is told for no other of its institution, but for the institution.
member as (
    select
        feed,
        school_year,
        'institution' as member_kind,
        institution_id as member_id,
        cluster_id is null as is_of_its_clusters
    from named
    where institution_id is not null
    union all
    select
        feed,
        school_year,
        'cluster' as member_kind,
        cluster_id as member_id,
        true as is_of_its_clusters
    from named
    where cluster_id is not null
)

select distinct
    t.feed,
    m.scope,
    m.scope_id,
    y.school_year
from member as t
inner join year as y on t.school_year in (y.school_year, 'all')
inner join {{ ref('int_scope_member') }} as m
    on
        t.member_kind = m.member_kind
        and t.member_id = m.member_id
        and y.year_ends_on >= m.from_on
        and y.year_starts_on <= m.through_on
where t.is_of_its_clusters or m.scope <> 'cluster'
