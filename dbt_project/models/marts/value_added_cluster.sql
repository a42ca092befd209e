-- Members of 1 September, by the pupils of each: means that are not drawn towards nought, since a mean over drawn ones would be too
-- near to it. A school in two networks is in both.
with member as (
    select
        e.*,
        n.cluster_id
    from {{ ref('value_added_institution') }} as e
    inner join {{ ref('int_staff_network') }} as n
        on e.institution_id = n.institution_id and cast(substr(e.school_year, 1, 4) as int) = n.start_year
),

weighed as (
    select
        as_of_on,
        model_id,
        school_year,
        grade,
        subject,
        test,
        cluster_id,
        cast(count(*) as bigint) as members_n,
        cast(count(residual_mean_value) as bigint) as institutions_n,
        cast(sum(case when residual_mean_value is not null then pupils_n end) as bigint) as pupils_n,
        max(case when status not in ('ok', 'unreliable', 'too_few') then status end) as model_status,
        sum({{ exact('pupils_n * residual_mean_value') }}) as residual_sum,
        sum({{ exact('pupils_n * residual_mean_se * pupils_n * residual_mean_se') }}) as square_sum
    from member
    group by as_of_on, model_id, school_year, grade, subject, test, cluster_id
),

averaged as (
    select
        *,
        cast(residual_sum as double) / pupils_n as residual_mean_value,
        sqrt(cast(square_sum as double)) / pupils_n as residual_mean_se
    from weighed
)

select
    as_of_on,
    model_id,
    school_year,
    grade,
    subject,
    test,
    cluster_id,
    members_n,
    institutions_n,
    pupils_n,
    residual_mean_value,
    residual_mean_se,
    residual_mean_value - 1.959963984540054 * residual_mean_se as residual_mean_ci_low,
    residual_mean_value + 1.959963984540054 * residual_mean_se as residual_mean_ci_high,
    case when institutions_n > 0 then 'ok' else coalesce(model_status, 'too_few') end as status
from averaged
