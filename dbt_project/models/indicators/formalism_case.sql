-- Copies and cycles without gain: all that is looked at, once for each kind, and whether it is formal; where that cannot be told, nothing is
-- said. Protocols are many and tell of themselves: formalism_protocol has them.
with text as (
    select
        t.*,
        s.row_key is not null as is_signed,
        f.author_id <> t.author_id as is_copied,
        p.earlier_no,
        p.similarity_share
    from {{ ref('formalism_text') }} as t
    inner join {{ ref('formalism_text') }} as f on t.first_no = f.text_no
    left join {{ ref('int_text_signature') }} as s on t.feed = s.feed and t.record_id = s.row_key
    left join {{ ref('formalism_pair') }} as p on t.text_no = p.text_no
),

copy as (
    select
        *,
        'exact_copy' as kind,
        is_copied as is_formal,
        first_no as other_no,
        cast(1 as double) as likeness_share
    from text
    union all
    select
        *,
        'near_copy' as kind,
        case when is_signed then earlier_no is not null and not is_copied end as is_formal,
        earlier_no as other_no,
        similarity_share as likeness_share
    from text
    where text_len_n >= {{ var('near_copy_chars') }}
)

select
    c.kind,
    c.feed,
    c.record_id,
    c.institution_id,
    c.cluster_id,
    c.author_id,
    cast(null as {{ dbt.type_string() }}) as group_id,
    c.used_on as happened_on,
    c.school_year,
    c.semester,
    c.quarter,
    case when c.is_formal then o.feed end as other_feed,
    case when c.is_formal then o.record_id end as other_record_id,
    case when c.is_formal then o.author_id end as other_author_id,
    case when c.is_formal then o.institution_id end as other_institution_id,
    case when c.is_formal then c.likeness_share end as similarity_share,
    c.is_formal
from copy as c
left join {{ ref('formalism_text') }} as o on c.other_no = o.text_no
union all
select
    'cycle_without_gain' as kind,
    'lesson_study_cycles' as feed,
    cycle_id as record_id,
    institution_id,
    cluster_id,
    cast(null as {{ dbt.type_string() }}) as author_id,
    object_id as group_id,
    started_on as happened_on,
    school_year,
    semester,
    quarter,
    case when is_without_gain then 'lesson_study_cycles' end as other_feed,
    case when is_without_gain then cycle_before end as other_record_id,
    cast(null as {{ dbt.type_string() }}) as other_author_id,
    case when is_without_gain then institution_id end as other_institution_id,
    cast(null as double) as similarity_share,
    is_without_gain as is_formal
from {{ ref('formalism_cycle') }}
