-- Teachers in post who are among the authors of a publication or a methodical product of at least two institutions that was made in the
-- school year so far.
with written as (
    select
        n.person_no,
        p.school_year,
        min(p.created_on) as first_on
    from {{ ref('fct_joint_product') }} as p
    inner join {{ ref('bridge_product_author') }} as a on p.product_id = a.product_id
    inner join {{ ref('int_person') }} as n on a.person_id = n.person_id
    where p.is_joint and p.kind in ('publication', 'methodical_product')
    group by n.person_no, p.school_year
),

teacher as (
    select
        t.institution_id,
        t.period_kind,
        t.period,
        t.shared_no,
        coalesce(w.first_on <= t.ends_on, false) as is_author
    from {{ teachers_in_post('semester') }} as t
    left join written as w on t.person_no = w.person_no and t.school_year = w.school_year
)

{{ indicator([share_of('teacher', 'is_author', unit='shared_no')]) }}
