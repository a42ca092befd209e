with agreement as (
    select * from {{ agreements_in_force('school_year') }} as a
    where kind = 'mutual_recognition'
)

{{ indicator([count_of('agreement', unit='agreement_id', by='both')]) }}
