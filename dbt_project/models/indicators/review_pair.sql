-- How far marks and verdicts agree beyond chance: where the same two reviewers saw every product Cohen's kappa, of the verdicts as they are
-- and of the marks weighted by squares; otherwise Krippendorff's alpha of the marks, taken for an interval scale, as their mean is. Errors
-- are the jackknife's by product (Fleiss and Davies 1982), Student's t about the figure of all.
{%- set keys = ['scope', 'scope_id', 'period_kind', 'period'] | join(', ') %}
with judged as (
    {{ judged_by_two('kappa', 'verdict', keys) }}
    union all
    {{ judged_by_two('kappa_weighted', 'mark', keys) }}
    union all
    select
        {{ keys }},
        'krippendorff' as figure,
        product_id,
        reviews_n as judged_n,
        1 as bound_n,
        cast(2 * (reviews_n * square_sum - mark_sum * mark_sum) / cast(reviews_n - 1 as double) as decimal(24, 8)) as difference,
        2 * square_sum as square_sum,
        mark_sum as first_sum,
        mark_sum as second_sum
    from {{ ref('review_product') }}
    where not (is_crossed and reviewers_n = 2)
),

total as (
    select
        {{ keys }},
        figure,
        count(*) as products_n,
        sum(judged_n) as judged_n,
        max(bound_n) as bound_n,
        cast(sum(difference) as double) as difference,
        sum(square_sum) as square_sum,
        sum(first_sum) as first_sum,
        sum(second_sum) as second_sum
    from judged
    group by {{ keys }}, figure
),

-- How far the figure moves when a product is left out.
moved as (
    select
        t.scope,
        t.scope_id,
        t.period_kind,
        t.period,
        t.figure,
        {{ beyond_chance('t', 'j') }} - ({{ beyond_chance('t') }}) as moved
    from total as t
    inner join judged as j
        on
            t.figure = j.figure
            and t.scope = j.scope
            and t.scope_id = j.scope_id
            and t.period_kind = j.period_kind
            and t.period = j.period
),

error as (
    select
        {{ keys }},
        figure,
        case
            when count(moved) = count(*) and count(*) >= {{ minimum_n('agreement') }} then sqrt(
                cast(count(*) - 1 as double) / count(*)
                * greatest(
                    cast(0 as double),
                    cast(sum({{ exact('moved * moved') }}) as double) - power(cast(sum({{ exact('moved') }}) as double), 2) / count(*)
                )
            )
        end as value_se
    from moved
    group by {{ keys }}, figure
)

select
    t.scope,
    t.scope_id,
    t.period_kind,
    t.period,
    t.figure,
    t.products_n,
    {{ differences_at_random('t') }} - {{ differences_seen('t') }} as agreed,
    {{ differences_at_random('t') }} as possible,
    e.value_se,
    {{ beyond_chance('t') }} - {{ t95('(t.products_n - 1)') }} * e.value_se as ci_low,
    least(cast(1 as double), {{ beyond_chance('t') }} + {{ t95('(t.products_n - 1)') }} * e.value_se) as ci_high
from total as t
inner join error as e
    on
        t.figure = e.figure
        and t.scope = e.scope
        and t.scope_id = e.scope_id
        and t.period_kind = e.period_kind
        and t.period = e.period
