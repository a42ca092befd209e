-- Free text, for stewards only. Rows that wait, were replaced or taken back are not here.
{{ beside_rows(text_feeds(), ref('int_text'), ['column_name', 'wording']) }}
