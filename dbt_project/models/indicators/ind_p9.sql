-- The journal of the students: entries that were in time; entries over the weeks of practicum; entries that a mentor answered; and texts
-- that the student, or somebody else of the cluster, had handed in before.
with entry as (
    select * from {{ ref('fct_practicum_journal') }}
    where author_role = 'student' and kind not in ('mentor_comment', 'supervisor_comment')
),

due as (
    select * from entry
    where is_on_time is not null
),

week as (
    select
        f.institution_id,
        f.cluster_id,
        w.*,
        0 as entries_n,
        1 as weeks_n
    from {{ ref('fct_practicum') }} as f
    inner join {{ ref('int_school_week') }} as w on w.middle_on between f.starts_on and f.ends_on
    union all
    select
        e.institution_id,
        e.cluster_id,
        w.*,
        1 as entries_n,
        0 as weeks_n
    from entry as e
    inner join {{ ref('int_school_week') }} as w on {{ week_start('e.entry_on') }} = w.week_starts_on
),

answered as (
    select
        e.*,
        c.entry_id is not null as is_answered
    from entry as e
    left join (
        select distinct reply_to as entry_id
        from {{ ref('fct_practicum_journal') }}
        where kind = 'mentor_comment' or author_role = 'mentor'
    ) as c on e.entry_id = c.entry_id
),

-- A text of a few words is like others by chance.
written as (
    select * from entry
    where text_hash is not null and coalesce(text_len_n >= {{ var('empty_protocol_chars') }}, true)
),

-- Among whose texts one is looked for: the author's own, and those of the cluster.
circle as (
    select
        entry_id,
        entry_on,
        text_hash,
        concat('author ', author_id) as circle
    from written
    union all
    select
        w.entry_id,
        w.entry_on,
        w.text_hash,
        concat('cluster ', coalesce(w.cluster_id, m.scope_id)) as circle
    from written as w
    left join (
        select * from {{ ref('int_scope_member') }}
        where scope = 'cluster' and member_kind = 'institution'
    ) as m on w.institution_id = m.member_id
    where w.cluster_id is not null or w.entry_on between m.from_on and m.through_on
),

numbered as (
    select
        entry_id,
        dense_rank() over (partition by circle, text_hash order by entry_on, entry_id) as use_no
    from circle
),

used as (
    select
        entry_id,
        max(use_no) > 1 as is_copied
    from numbered
    group by entry_id
),

copied as (
    select
        w.*,
        u.is_copied
    from written as w
    inner join used as u on w.entry_id = u.entry_id
)

{{ indicator([
    share_of('due', 'is_on_time', kind='month', by='both'),
    ratio_of('week', 'entries_n', 'weeks_n', kind='month', by='both', measure='per_week'),
    share_of('answered', 'is_answered', kind='month', by='both', measure='mentor_comment'),
    share_of('copied', 'is_copied', kind='month', by='both', measure='copied'),
]) }}
