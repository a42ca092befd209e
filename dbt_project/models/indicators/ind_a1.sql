-- Key outcomes of programmes that name a key outcome of a programme of another level. A programme counts from its first review on; one
-- that nobody has reviewed, in the last school year that is over.
with outcome as (
    select
        *,
        min(reviewed_on) over (partition by institution_id, programme_code) as first_on
    from {{ ref('fct_outcome_alignment') }}
    where is_key_outcome
),

told as (
    select
        o.institution_id,
        p.period_kind,
        p.period,
        o.is_aligned and coalesce(o.reviewed_on <= p.ends_on, true) as is_aligned
    from outcome as o
    cross join {{ each_period('school_year') }} as p
    where coalesce(o.first_on <= p.ends_on, p.is_last)
)

{{ indicator([share_of('told', 'is_aligned')]) }}
