-- Where only the year is known the diploma is taken to be as old as it can be: that proves less, never more.
select distinct
    coalesce(l.person_id, q.person_id) as person_id,
    q.institution_id,
    coalesce(q.awarded_on, cast(concat(cast(q.awarded_year as {{ dbt.type_string() }}), '-01-01') as date)) as awarded_on
from {{ ref('int_qualifications__accepted') }} as q
left join {{ ref('int_person_link') }} as l on q.person_id = l.local_id
where
    {% for word in var('teaching_diploma_words') -%}
        {{ 'or ' if not loop.first }}lower(concat(coalesce(q.field, ''), ' ', q.document)) like '%{{ word }}%'
    {% endfor %}
