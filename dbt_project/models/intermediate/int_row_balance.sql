-- Every row of every file ever delivered is in exactly one place. The parts are counted one by one, none as a remainder, so
-- that a row that went missing leaves the sum short.
with fates as (
    {% for feed in target_feeds() %}
        {{ row_fates(feed) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

counted as (
    select
        delivery_id,
        parse_id,
        cast(sum(case when fate = 'accepted' then rows_n else 0 end) as bigint) as accepted_n,
        cast(sum(case when fate = 'superseded' then rows_n else 0 end) as bigint) as superseded_n,
        cast(sum(case when fate = 'withdrawn' then rows_n else 0 end) as bigint) as withdrawn_n,
        cast(sum(case when fate = 'waiting' then rows_n else 0 end) as bigint) as waiting_n,
        cast(sum(case when fate = 'not_your_institution' then rows_n else 0 end) as bigint) as foreign_n,
        cast(sum(case when fate = 'without_consent' then rows_n else 0 end) as bigint) as without_consent_n
    from fates
    group by delivery_id, parse_id
),

doubled as (
    select
        delivery_id,
        parse_id,
        cast(sum(case when fate = 'repeated' then 1 else 0 end) as bigint) as repeated_n,
        cast(sum(case when fate = 'conflict' then 1 else 0 end) as bigint) as conflict_n
    from {{ source('log', 'doubles') }}
    group by delivery_id, parse_id
),

parsed as (
    select
        parse_id,
        cast(sum(read_n) as bigint) as read_n,
        cast(sum(landed_n) as bigint) as landed_n,
        cast(sum(quarantined_n) as bigint) as quarantined_n,
        cast(sum(repeated_n) as bigint) as repeated_n,
        cast(sum(empty_n) as bigint) as empty_n
    from {{ source('log', 'parses') }}
    group by parse_id
)

select
    f.delivery_id,
    f.path,
    f.sender || '/' || f.folder || '/' || f.path as file,
    f.state,
    cast(coalesce(p.read_n, 0) as bigint) as read_n,
    cast(case when f.state = 'accepted' and f.is_first_of_content then coalesce(c.accepted_n, 0) else 0 end as bigint) as accepted_n,
    cast(case when f.state = 'accepted' and f.is_first_of_content then coalesce(c.superseded_n, 0) else 0 end as bigint) as superseded_n,
    cast(case when f.state = 'accepted' and f.is_first_of_content then coalesce(c.withdrawn_n, 0) else 0 end as bigint) as withdrawn_n,
    cast(
        coalesce(p.repeated_n, 0) + case
            when f.state = 'accepted' and f.is_first_of_content then coalesce(d.repeated_n, 0)
            when f.state = 'accepted' then coalesce(p.landed_n, 0)
            else 0
        end as bigint
    ) as repeated_n,
    cast(
        case
            when f.state = 'accepted' and f.is_first_of_content then coalesce(c.waiting_n, 0)
            when f.state = 'waiting' then coalesce(p.landed_n, 0)
            else 0
        end as bigint
    ) as waiting_n,
    cast(
        coalesce(p.quarantined_n, 0)
        + case when f.state = 'accepted' and f.is_first_of_content then coalesce(c.foreign_n, 0) + coalesce(d.conflict_n, 0) else 0 end as bigint
    ) as quarantined_n,
    cast(coalesce(p.empty_n, 0) as bigint) as empty_n,
    cast(case when f.state = 'accepted' and f.is_first_of_content then coalesce(c.without_consent_n, 0) else 0 end as bigint) as without_consent_n
from {{ ref('stg_delivered_file') }} as f
left join parsed as p on f.parse_id = p.parse_id
left join counted as c on f.delivery_id = c.delivery_id and f.parse_id = c.parse_id
left join doubled as d on f.delivery_id = d.delivery_id and f.parse_id = d.parse_id
