-- Of institutions the effects, drawn towards nought by as much as their pupils are few; of clusters the mean of what members add, which
-- is not. In standard deviations of pupils, by the pupils of each grade and subject.
with figure as (
    select
        'institution' as scope,
        institution_id as scope_id,
        school_year,
        grade,
        subject,
        test,
        pupils_n,
        effect_value as added,
        effect_prediction_se as error,
        status
    from {{ ref('value_added_institution') }}
    union all
    select
        'cluster' as scope,
        cluster_id as scope_id,
        school_year,
        grade,
        subject,
        test,
        pupils_n,
        residual_mean_value as added,
        residual_mean_se as error,
        status
    from {{ ref('value_added_cluster') }}
),

-- Pupils of a grade are mostly the same in all subjects, so that errors of subjects are added as if they always went together.
by_grade as (
    select
        f.scope,
        f.scope_id,
        f.school_year,
        f.grade,
        max(case when f.added is not null then f.pupils_n end) as pupils_n,
        sum(case when f.added is not null then f.pupils_n end) as results_n,
        sum({{ exact('f.pupils_n * f.added / s.sd_score') }}) as added_sum,
        sum({{ exact('f.pupils_n * f.error / s.sd_score') }}) as error_sum,
        min(case when f.added is null then f.status end) as reason
    from figure as f
    inner join {{ ref('int_score_scale') }} as s on f.grade = s.grade and f.subject = s.subject and f.test = s.test
    group by f.scope, f.scope_id, f.school_year, f.grade
),

-- Grades have pupils of their own.
together as (
    select
        scope,
        scope_id,
        'school_year' as period_kind,
        school_year as period,
        cast(sum(pupils_n) as bigint) as n,
        cast(sum(results_n) as double) as denominator,
        cast(sum(added_sum) as double) as numerator,
        sqrt(cast(sum({{ exact('cast(error_sum as double) * cast(error_sum as double)') }}) as double)) / sum(results_n) as value_se,
        min(reason) as reason
    from by_grade
    group by scope, scope_id, school_year
),

told as (
    select
        *,
        numerator / denominator as value,
        numerator / denominator - {{ z95() }} * value_se as ci_low,
        numerator / denominator + {{ z95() }} * value_se as ci_high,
        case when numerator is null then reason else 'ok' end as status
    from together
)

{{ indicator([mart_of('told')]) }}
