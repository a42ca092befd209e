with split as (
    {{ counted_by_segment(
        ref('int_staff_year'), ['start_year'], staff_measures(), by_institution=false,
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
