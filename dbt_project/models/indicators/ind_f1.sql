-- What schools are due for the placements that ended in the period, by the price of a credit of who sends the student, of the programme or
-- else of all; and what was paid for practicum on the lines that fell due in it. A placement without credits or a price tells no amount.
with due as (
    select
        f.institution_id,
        f.cluster_id,
        f.school_year,
        f.semester,
        f.quarter,
        f.month,
        cast(f.credits_n * coalesce(o.credit_price_kzt, a.credit_price_kzt) as decimal(24, 4)) * {{ var('practicum_pay_share') }} as due_kzt,
        0 as paid_kzt,
        0 as in_time_kzt,
        1 as placements_n
    from {{ placements_ended() }} as f
    left join {{ ref('int_credit_prices__accepted') }} as o
        on f.sending_id = o.institution_id and f.begun_in = o.school_year and f.programme_code = o.programme_code
    left join {{ ref('int_credit_prices__accepted') }} as a
        on f.sending_id = a.institution_id and f.begun_in = a.school_year and a.programme_code = 'all'
),

told as (
    select * from due
    where due_kzt is not null
    union all
    select
        institution_id,
        cluster_id,
        school_year,
        semester,
        quarter,
        month,
        0 as due_kzt,
        paid_kzt,
        case when paid_on <= due_on then paid_kzt else 0 end as in_time_kzt,
        0 as placements_n
    from {{ ref('fct_payment') }}
    where kind = 'practicum_payment'
)

{{ indicator([
    ratio_of('told', 'in_time_kzt', 'due_kzt', kind='quarter', by='both', counted='placements_n'),
    ratio_of('told', 'paid_kzt', 'due_kzt', kind='quarter', by='both', measure='paid', counted='placements_n'),
    count_of('due', 'due_kzt', kind='quarter', by='both', measure='due'),
]) }}
