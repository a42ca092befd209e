-- Free text, for stewards only. Rows that wait, were replaced or taken back are not here.
{% for feed in text_feeds() %}
    select
        '{{ feed }}' as feed,
        concat_ws('|', {{ key_texts(contract_of(feed).staged_key, 'a.') }}) as row_key,
        t.column_name,
        t.wording
    from {{ ref('int_text') }} as t
    inner join {{ ref('int_' ~ feed ~ '__accepted') }} as a
        on t._parse = a._parse and t._row = a._row and t._item = a._item
    where t.feed = '{{ feed }}'
    {% if not loop.last %}union all{% endif %}
{% endfor %}
