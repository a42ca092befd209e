-- Cards name a school and give no id. A name stands for an id only where one institution alone bears it.
with named as (
    {% for column in ['name_kk', 'name_ru', 'name_en', 'name_local'] %}
        select
            institution_id,
            {{ slug(column) }} as slug
        from {{ ref('int_institutions__accepted') }}
        where {{ column }} is not null
        {% if not loop.last %}union{% endif %}
    {% endfor %}
)

select
    'name:' || slug as named_id,
    min(institution_id) as institution_id
from named
group by slug
having count(*) = 1
