-- A name of two subjects is nobody's.
with aliased as (
    select
        code,
        {{ elements_of('aliases') }} as alias
    from {{ ref('subjects') }}
),

told as (
    {% for name in ['code', 'name_kk', 'name_ru', 'name_en', 'name_et'] -%}
        select code, lower({{ name }}) as subject_name from {{ ref('subjects') }}
        union all
    {% endfor -%}
    select
        code,
        lower(alias) as subject_name
    from aliased
)

select
    subject_name,
    min(code) as subject
from told
where subject_name <> ''
group by subject_name
having min(code) = max(code)
