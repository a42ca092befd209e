with networked as (
    {{ network_sets(ref('int_staff_network'), ['institution_id', 'start_year']) }}
),

-- What belongs to the stretch, the person or the institution is not written once more for each school year.
staff as (
    select
        y.*,
        s.institution_id,
        coalesce(n.network_set, '') as network_set,
        coalesce(s.subject, 'unknown') as subject,
        coalesce(p.sex, 'unknown') as sex,
        coalesce(d.disadvantage_quartile, 'unknown') as disadvantage_quartile
    from {{ ref('int_staff_year') }} as y
    inner join {{ ref('int_staff_spell') }} as s on y.stretch_no = s.stretch_no
    inner join {{ ref('int_person') }} as p on s.person_no = p.person_no
    left join networked as n on s.institution_id = n.institution_id and y.start_year = n.start_year
    left join {{ ref('int_disadvantage') }} as d on s.institution_id = d.institution_id and y.start_year = d.start_year
),

split as (
    {{ counted_by_segment(
        'staff', ['start_year'], staff_measures(), by_institution=false,
        sums={'month_starts_n': 'month_starts_n'}, person=var('staff_segments')
    ) }}
)

select
    start_year,
    {{ school_year_label('start_year') }} as school_year,
    segment,
    segment_value,
    {{ summed(staff_measures().keys() | list + ['month_starts_n']) }}
from split
group by start_year, segment, segment_value
