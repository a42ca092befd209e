-- Who has told something by a feed, and of which school year. What stands until it is changed, an agreement for one, is told for every year,
-- and what lasts, a pair of mentoring for one, for every year in which it does. An accepted file tells of its own year, and of what stands
-- of the later ones too, though nothing be in it.
{%- set facts = {
    'institution_id, cluster_id': {
        'action_plan': 'fct_action', 'event_participants': 'fct_event_attendance', 'finance': 'fct_payment',
        'lesson_study_cycles': 'fct_lesson_study_cycle', 'lesson_study_participants': 'fct_lesson_study_participation',
        'network_events': 'fct_event', 'platform_cards': 'fct_platform_card', 'practicum_journal': 'fct_practicum_journal',
        'support_tickets': 'fct_ticket', 'survey_responses': 'fct_survey_score',
    },
    'institution_id, null': {
        'assessment_results': 'fct_assessment', 'attendance': 'fct_attendance', 'attestations': 'indicator_attestation',
        'climate_aggregates': 'fct_climate',
        'enrolments': 'fct_enrolment', 'lesson_analyses': 'fct_lesson_analysis', 'lesson_counts': 'fct_lesson_count',
        'mentoring_meetings': 'fct_mentoring_meeting', 'platform_events': 'indicator_activity',
        'programme_outcomes': 'fct_outcome_alignment', 'programmes': 'dim_programme', 'studies': 'int_studies__accepted',
        'survey_samples': 'survey_cell', 'teaching_assignments': 'fct_teaching_assignment',
        'institution_statuses': 'int_institution_statuses__accepted', 'labour_demand': 'indicator_specialty', 'training': 'indicator_training',
    },
    'college_id, null': {'module_credits': 'fct_module_credit'},
    'null, cluster_id': {
        'agreements': 'fct_agreement', 'cluster_members': 'bridge_cluster_member', 'cluster_resources': 'indicator_resource',
        'education_production_kpis': 'fct_education_production', 'joint_products': 'fct_joint_product',
        'product_reviews': 'fct_product_review', 'quality_checklists': 'fct_checklist', 'risks': 'fct_risk',
    },
} %}
{%- set standing = [
    'agreements', 'cluster_members', 'cluster_resources', 'institution_statuses', 'module_credits', 'programme_outcomes', 'programmes', 'studies',
] %}
with year as (
    select distinct
        school_year,
        year_starts_on,
        {{ add_days(add_months('year_starts_on', 12), -1) }} as year_ends_on
    from {{ ref('int_period') }}
),

delivered as (
    select distinct
        sender,
        feed,
        case
            when period like '%/%' then substr(period, 1, 7)
            when period like '____-__' then {{ school_year_label(school_year_of(first_of_month('period'))) }}
            else school_year
        end as school_year
    from {{ ref('fct_delivery') }}
    where file_state = 'accepted'
),

told (feed, institution_id, cluster_id, school_year) as (
    {{ told_by_facts(facts, standing) }}
    union all
    -- Which clusters an institution speaks for is said by the days on which it is a member.
    select distinct
        d.feed,
        s.member_id,
        cast(null as {{ dbt.type_string() }}),
        y.school_year
    from delivered as d
    inner join year as y on d.school_year = y.school_year or (d.feed in ({{ quoted(standing) }}) and d.school_year < y.school_year)
    inner join {{ ref('int_sender_member') }} as s on d.sender = s.sender and s.member_kind = 'institution'
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
    union all
    select
        'projects',
        null,
        p.cluster_id,
        p.started_on,
        coalesce({{ lasts_until('p') }}, {{ as_of() }})
    from {{ ref('fct_project') }} as p
    union all
    select
        'project_participants',
        a.institution_id,
        a.cluster_id,
        p.started_on,
        coalesce(p.ended_on, {{ as_of() }})
    from {{ ref('fct_project_participation') }} as a
    inner join {{ ref('fct_project') }} as p on a.project_id = p.project_id
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
)

select
    feed,
    institution_id,
    cluster_id,
    school_year
from told
union
select
    feed,
    institution_id,
    cluster_id,
    school_year
from wider
