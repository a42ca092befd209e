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
        'assessment_results': 'fct_assessment', 'attendance': 'fct_attendance', 'attestations': 'indicator_attestation',
        'climate_aggregates': 'fct_climate',
        'enrolments': 'fct_enrolment', 'lesson_analyses': 'fct_lesson_analysis', 'lesson_counts': 'fct_lesson_count',
        'mentoring_meetings': 'fct_mentoring_meeting', 'mentoring_pairs': 'fct_mentoring_pair', 'platform_events': 'fct_platform_day',
        'programme_outcomes': 'fct_outcome_alignment', 'programmes': 'dim_programme', 'studies': 'int_studies__accepted',
        'survey_samples': 'survey_cell',
    },
    'null, cluster_id': {
        'agreements': 'fct_agreement', 'cluster_members': 'bridge_cluster_member', 'joint_products': 'fct_joint_product',
        'product_reviews': 'fct_product_review', 'projects': 'fct_project', 'quality_checklists': 'fct_checklist', 'risks': 'fct_risk',
    },
} %}
{%- set standing = ['agreements', 'cluster_members', 'programme_outcomes', 'programmes', 'studies'] %}
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
),

-- As rows are counted: one that names a cluster and an institution is told for no other cluster of the institution.
placed as (
    select
        feed,
        school_year,
        'institution' as member_kind,
        institution_id as member_id,
        cluster_id is not null as names_both
    from told
    where institution_id is not null
    union all
    select
        feed,
        school_year,
        'cluster' as member_kind,
        cluster_id as member_id,
        institution_id is not null as names_both
    from told
    where cluster_id is not null
)

select distinct
    t.feed,
    m.scope,
    m.scope_id,
    y.school_year
from placed as t
inner join year as y on t.school_year in (y.school_year, 'all')
inner join {{ ref('int_scope_member') }} as m
    on
        t.member_kind = m.member_kind
        and t.member_id = m.member_id
        and y.year_ends_on >= m.from_on
        and y.year_starts_on <= m.through_on
where not t.names_both or (t.member_kind = 'cluster') = (m.scope = 'cluster')
