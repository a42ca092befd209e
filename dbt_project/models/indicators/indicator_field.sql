-- Fields that indicators need, by whose delivery told the rows that hold.
with filled as (
    {{ fields_filled() }}
)

select
    f.feed,
    f.field,
    f.sender,
    f.told_on,
    {{ periods('f.told_on') }},
    f.rows_n,
    f.filled_n
from filled as f
{{ join_term('f.told_on') }}
