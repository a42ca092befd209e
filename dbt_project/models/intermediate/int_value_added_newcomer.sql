-- Sums of those who came from elsewhere with scores of two years: only what other schools have seen them reach cannot be the work of
-- this one. They are few, so that the scores of two years before are looked up for them alone.
{%- set keys = model_keys() + ['institution_id'] %}
with newcomer as (
    select
        v.*,
        {{ score_e7('s', 'b') }} as earlier
    from {{ ref('int_value_added_row') }} as v
    inner join {{ ref('int_score') }} as s
        on
            v.pupil_no = s.pupil_no
            and v.subject = s.subject
            and v.start_year = s.start_year + 2
            and v.institution_id <> s.institution_id
    inner join {{ ref('int_score_scale') }} as b on s.grade = b.grade and s.subject = b.subject and s.test = b.test
    where v.has_moved and s.test = '{{ var('prior_test') }}'
)

select
    {{ keys | join(', ') }},
    cast(count(*) as bigint) as pupils_n,
    {{- cross_products(value_added_columns() + ['earlier']) }}
from newcomer
group by {{ keys | join(', ') }}
