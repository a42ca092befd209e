with agreement as (
    select * from {{ agreements_in_force('school_year') }} as a
)

{{ indicator([
    share_of('agreement', 'has_data_exchange_clause and has_data_protection_clause', unit='agreement_id', by='both'),
]) }}
