-- Tenths of the pupils by prior, to a hundredth of a standard deviation: who cannot be told apart stands in one.
{%- set keys = model_keys() %}
with rounded as (
    select
        v.*,
        cast(round(cast(v.prior as double) / 100000) as int) as prior_e2
    from {{ ref('int_value_added_row') }} as v
    where v.prior_missing = 0
),

counted as (
    select
        {{ keys | join(', ') }},
        prior_e2,
        count(*) as pupils_n
    from rounded
    group by {{ keys | join(', ') }}, prior_e2
),

placed as (
    select
        *,
        sum(pupils_n) over (partition by {{ keys | join(', ') }} order by prior_e2) - pupils_n as lower_n,
        sum(pupils_n) over (partition by {{ keys | join(', ') }}) as all_n
    from counted
),

told as (
    select
        r.*,
        cast(floor(cast(p.lower_n as double) * 10 / cast(p.all_n as double)) as int) + 1 as decile
    from rounded as r
    inner join placed as p
        on r.start_year = p.start_year and r.grade = p.grade and r.subject = p.subject and r.test = p.test and r.prior_e2 = p.prior_e2
)

select
    {{ (keys + ['institution_id', 'decile']) | join(', ') }},
    cast(count(*) as bigint) as pupils_n,
    {{- plain_sums(value_added_columns()) }}
from told
group by {{ (keys + ['institution_id', 'decile']) | join(', ') }}
