-- Free text of landed rows, masked when it was read. The only table beside `fct_text` that holds any.
select
    parse_id as _parse,
    row_no as _row,
    item as _item,
    feed,
    column_name,
    wording
from {{ source('log', 'texts') }}
