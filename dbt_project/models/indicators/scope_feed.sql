-- Where a feed has told something, or a file of it came: there what is not told is nought, elsewhere it is not known. What stands until it
-- is changed, an agreement for one, is told for every year.
{%- set facts = {
    'institution_id, cluster_id': {
        'action_plan': 'fct_action', 'event_participants': 'fct_event_attendance', 'finance': 'fct_payment',
        'lesson_study_cycles': 'fct_lesson_study_cycle', 'lesson_study_participants': 'fct_lesson_study_participation',
        'network_events': 'fct_event', 'platform_cards': 'fct_platform_card', 'practicum_journal': 'fct_practicum_journal',
        'practicum_placements': 'fct_practicum', 'project_participants': 'fct_project_participation',
        'support_tickets': 'fct_ticket', 'survey_responses': 'fct_survey_score',
    },
    'institution_id, null': {
        'assessment_results': 'fct_assessment', 'attendance': 'fct_attendance', 'climate_aggregates': 'fct_climate',
        'enrolments': 'fct_enrolment', 'lesson_analyses': 'fct_lesson_analysis', 'lesson_counts': 'fct_lesson_count',
        'mentoring_meetings': 'fct_mentoring_meeting', 'mentoring_pairs': 'fct_mentoring_pair', 'platform_events': 'fct_platform_day',
        'programme_outcomes': 'fct_outcome_alignment', 'programmes': 'dim_programme',
        'institution_statuses': 'int_institution_statuses__accepted', 'labour_demand': 'indicator_specialty', 'training': 'indicator_training',
    },
    'null, cluster_id': {
        'agreements': 'fct_agreement', 'cluster_resources': 'int_cluster_resources__accepted',
        'education_production_kpis': 'fct_education_production', 'joint_products': 'fct_joint_product', 'product_reviews': 'fct_product_review',
        'projects': 'fct_project', 'quality_checklists': 'fct_checklist', 'risks': 'fct_risk',
    },
} %}
{%- set standing = ['agreements', 'cluster_resources', 'institution_statuses', 'programme_outcomes', 'programmes'] %}
with year as (
    select distinct
        school_year,
        year_starts_on,
        {{ add_days(add_months('year_starts_on', 12), -1) }} as year_ends_on
    from {{ ref('int_period') }}
),

told (feed, institution_id, cluster_id, school_year) as (
    {%- for members, feeds in facts.items() %}
    {%- for feed, fact in feeds.items() %}
    select distinct
        '{{ feed }}',
        {{ members }},
        {{ "'all'" if feed in standing else 'school_year' }}
    from {{ ref(fact) }}
    union all
    {%- endfor %}
    {%- endfor %}
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
)

select distinct
    t.feed,
    m.scope,
    m.scope_id,
    y.school_year
from told as t
inner join year as y on t.school_year in (y.school_year, 'all')
inner join {{ ref('int_scope_member') }} as m
    on
        m.member_kind = case when t.cluster_id is null then 'institution' else 'cluster' end
        and coalesce(t.cluster_id, t.institution_id) = m.member_id
        and m.from_on <= y.year_ends_on
        and m.through_on >= y.year_starts_on
