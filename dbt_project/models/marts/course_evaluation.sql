-- Each course at the levels of both models: two readings of the same figures. Of who completed a course twice, the mean counts.
with person as (
    select
        provider_id,
        course,
        person_id,
        {{ mean_or_none('reaction_score') }} as reaction_score,
        {{ mean_or_none('learning_post_score - learning_pre_score') }} as gain_score,
        {{ mean_or_none('org_support_score') }} as org_support_score,
        {{ mean_or_none('behaviour_score') }} as behaviour_score
    from {{ ref('fct_training') }}
    group by provider_id, course, person_id
),

completed as (
    select
        provider_id,
        course,
        count(*) as completed_n
    from person
    group by provider_id, course
),

mean as (
    {{ course_means('person', {'O1': 'reaction_score', 'O2': 'gain_score', 'O3': 'org_support_score', 'O4': 'behaviour_score'}) }}
),

figure as (
    select
        provider_id,
        course,
        indicator,
        n,
        case when n >= {{ minimum_n('mean') }} then mean_value end as value,
        case when n >= {{ minimum_n('mean') }} then mean_se end as value_se,
        case when n >= {{ minimum_n('mean') }} then mean_value - {{ t95('(n - 1)') }} * mean_se end as ci_low,
        case when n >= {{ minimum_n('mean') }} then mean_value + {{ t95('(n - 1)') }} * mean_se end as ci_high,
        case when n = 0 then 'not_collected' when n < {{ minimum_n('mean') }} then 'too_few' else 'ok' end as status
    from mean
    union all
    select
        provider_id,
        course,
        'O5' as indicator,
        pupils_n as n,
        difference_sd as value,
        difference_se as value_se,
        difference_ci_low as ci_low,
        difference_ci_high as ci_high,
        status
    from {{ ref('course_outcome') }}
    where course is not null
)

select
    {{ as_of() }} as as_of_on,
    c.provider_id,
    c.course,
    t.course_title,
    coalesce(i.name_kk, c.provider_id) as provider_name_kk,
    coalesce(i.name_ru, c.provider_id) as provider_name_ru,
    coalesce(i.name_en, c.provider_id) as provider_name_en,
    l.model,
    l.level_no,
    l.name_kk as level_name_kk,
    l.name_ru as level_name_ru,
    l.name_en as level_name_en,
    l.indicator,
    cast(c.completed_n as bigint) as completed_n,
    cast(f.n as bigint) as n,
    f.value,
    f.value_se,
    f.ci_low,
    f.ci_high,
    coalesce(f.status, 'not_collected') as status
from completed as c
cross join {{ ref('course_levels') }} as l
left join figure as f on c.provider_id = f.provider_id and c.course = f.course and l.indicator = f.indicator
left join {{ ref('int_course') }} as t on c.provider_id = t.provider_id and c.course = t.course
left join {{ ref('int_institutions__accepted') }} as i on c.provider_id = i.institution_id
