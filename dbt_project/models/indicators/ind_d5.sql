-- What comes of the files of those who speak for a member: rows that were taken in of those that were read, by the month of the delivery,
-- files that came in time of those that were due, by the month in which they were, and fields that indicators need, filled or not, in the
-- rows that hold. What a newer delivery said anew was taken in.
with file as (
    select
        sender,
        school_year,
        semester,
        quarter,
        month,
        read_n,
        read_n - waiting_n - quarantined_n as loaded_n,
        0 as due_n,
        0 as on_time_n,
        0 as needed_n,
        0 as filled_n
    from {{ ref('fct_delivery') }}
    union all
    select
        d.sender,
        {{ periods('d.due_on') }},
        0 as read_n,
        0 as loaded_n,
        1 as due_n,
        case when d.due_status = 'on_time' then 1 else 0 end as on_time_n,
        0 as needed_n,
        0 as filled_n
    from {{ ref('fct_delivery_due') }} as d
    {{ join_term('d.due_on') }}
    where d.due_status <> 'not_yet_due'
    union all
    select
        sender,
        school_year,
        semester,
        quarter,
        month,
        0 as read_n,
        0 as loaded_n,
        0 as due_n,
        0 as on_time_n,
        rows_n as needed_n,
        filled_n
    from {{ ref('indicator_field') }}
),

-- A sender speaks for thousands at times, so its files are summed before.
sent as (
    select
        sender,
        school_year,
        semester,
        quarter,
        month,
        concat(sender, ' ', month) as unit,
        sum(read_n) as read_n,
        sum(loaded_n) as loaded_n,
        sum(due_n) as due_n,
        sum(on_time_n) as on_time_n,
        sum(needed_n) as needed_n,
        sum(filled_n) as filled_n
    from file
    group by sender, school_year, semester, quarter, month
),

told as (
    select
        f.*,
        s.member_id as institution_id
    from sent as f
    inner join {{ ref('int_sender_member') }} as s on f.sender = s.sender
    where s.member_kind = 'institution'
)

{{ indicator([
    ratio_of('told', 'loaded_n', 'read_n', kind='month', unit='unit'),
    ratio_of('told', 'on_time_n', 'due_n', kind='month', unit='unit', measure='on_time'),
    ratio_of('told', 'filled_n', 'needed_n', kind='month', unit='unit', measure='filled'),
]) }}
