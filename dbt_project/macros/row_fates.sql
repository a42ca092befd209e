{#-
    Rows of a feed counted by file and fate, each fate found on its own: none is what is left of the others. That a list or
    card came after a row which is gone says that it may be withdrawn; a row that is gone without one is nowhere.
-#}
{% macro row_fates(feed) -%}
    {%- set facts = contract_of(feed) -%}
    select
        v._delivery as delivery_id,
        v._parse as parse_id,
        case
            {% if facts.consent -%}
            when s._delivery_no is not null and w.reason is null and not s.{{ facts.consent }} then 'without_consent'
            {% endif -%}
            when s._delivery_no is not null and w.reason is null then 'accepted'
            when w.reason = 'not_your_institution' then 'not_your_institution'
            when w.reason is not null then 'waiting'
            when v._delivery_no < v._newest_no then 'superseded'
            when v._source_feed in ({{ card_feeds() }}) or l.last_no is not null then 'withdrawn'
        end as fate,
        cast(count(*) as bigint) as rows_n
    from (
        select
            *,
            max(_delivery_no) over (partition by {{ claim(feed) }}) as _newest_no
        from ({{ versions_of(feed) }}) as versions
    ) as v
    left join {{ ref('stg_' ~ feed) }} as s
        on {{ is_same_row('v', 's') }}
    left join {{ ref('int_waiting_row') }} as w
        on {{ is_same_row('v', 'w') }} and w.feed = '{{ feed }}'
    left join (
        select
            sender,
            feed,
            max(delivery_no) as last_no
        from {{ ref('stg_full_list') }}
        group by sender, feed
    ) as l
        on v._sender = l.sender and v._source_feed = l.feed and v._delivery_no < l.last_no
    group by 1, 2, 3
{%- endmacro %}
