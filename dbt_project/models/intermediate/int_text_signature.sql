-- What free text of rows that hold is like. It tells which texts are alike, to whoever may see it: no release has it.
with landed as (
    select
        parse_id as _parse,
        row_no as _row,
        item as _item,
        feed,
        scheme,
        signature
    from {{ source('log', 'signatures') }}
)

{{ beside_rows(signed_feeds(), 'landed', ['scheme', 'signature']) }}
