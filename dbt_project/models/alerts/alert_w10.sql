-- One text under the names of two authors or more, from the day the second has it to the end of the last school year in which it is used. What
-- is too short to say anything is W08's.
with first_use as (
    select
        m.scope_id as cluster_id,
        w.text_hash,
        w.author_id,
        min(w.used_on) as first_on,
        max(w.used_on) as last_on
    from {{ ref('formalism_text') }} as w
    inner join {{ ref('int_scope_member') }} as m
        on m.member_kind = 'institution' and m.scope = 'cluster' and w.institution_id = m.member_id
    where w.used_on between m.from_on and m.through_on
    group by m.scope_id, w.text_hash, w.author_id
),

numbered as (
    select
        *,
        row_number() over (partition by cluster_id, text_hash order by first_on, author_id) as author_no
    from first_use
),

shared as (
    select
        cluster_id,
        text_hash,
        min(case when author_no > {{ threshold('W10') }} then first_on end) as opened_on,
        {{ add_days(add_months(school_year_start(school_year_label(school_year_of('max(last_on)'))), 12), -1) }} as ends_on,
        count(*) as authors_n
    from numbered
    group by cluster_id, text_hash
)

select
    'W10' as rule,
    cluster_id,
    cast(null as {{ dbt.type_string() }}) as institution_id,
    text_hash as object_id,
    cast(null as {{ dbt.type_string() }}) as period,
    opened_on,
    {{ known_on('ends_on') }} as closed_on,
    cast(authors_n as double) as value,
    false as is_watch,
    cast(null as {{ dbt.type_string() }}) as owner_role
from shared
where opened_on is not null
