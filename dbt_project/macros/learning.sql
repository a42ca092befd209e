{#-
    Growth, gaps and spread of scores. Sums stand by institution; an error comes from what each institution does to a figure, its
    influence, so that pupils of one school are not taken for so many schools.
-#}

{#-
    CTEs up to `by_segment`: sums over the pupils of a relation with pupil_no, start_year, institution_id, by keys, segment and
    institution. sums: name of each with what is summed and the type of the sum.
-#}
{% macro summed_by_segment(relation, keys, sums) -%}
roll as (
    select
        p.pupil_no,
        cast(substr(e.school_year, 1, 4) as int) as start_year,
        max(case when e.disadvantaged then 1 when not e.disadvantaged then 0 end) as is_disadvantaged
    from {{ ref('int_enrolments__accepted') }} as e
    inner join {{ ref('int_pupil') }} as p on e.pupil_id = p.pupil_id
    group by p.pupil_no, e.school_year
),

placed as (
    select
        r.*,
        coalesce(p.oblast_code, 'unknown') as region,
        coalesce(p.urban_rural, 'unknown') as urban_rural,
        case e.is_disadvantaged when 1 then 'true' when 0 then 'false' else 'unknown' end as disadvantaged
    from {{ relation }} as r
    left join roll as e on r.pupil_no = e.pupil_no and r.start_year = e.start_year
    left join {{ ref('int_institutions__accepted') }} as i on r.institution_id = i.institution_id
    left join {{ ref('int_region_place') }} as p on i.region_code = p.region_code
),

by_institution as (
    select
        {{ keys | join(', ') }},
        institution_id,
        region,
        urban_rural,
        disadvantaged,
        {%- for name, (summed, type) in sums.items() %}
        cast(sum({{ summed }}) as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed
    group by {{ keys | join(', ') }}, institution_id, region, urban_rural, disadvantaged
),

by_segment as (
    {%- for segment in learning_segments() %}
    select
        {{ keys | join(', ') }},
        '{{ segment }}' as segment,
        {{ "'all'" if segment == 'all' else segment }} as segment_value,
        institution_id,
        {%- for name, (summed, type) in sums.items() %}
        cast(sum({{ name }}) as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from by_institution
    group by {{ keys | join(', ') }}, institution_id{{ ', ' ~ segment if segment != 'all' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{% macro learning_segments() %}{{ return(['all', 'region', 'urban_rural', 'disadvantaged']) }}{% endmacro %}

{#- Standard error of a figure from the influences of its J institutions: J / (J - 1) times the sum of their squares. -#}
{% macro error_by_institution(influence) -%}
    case
        when count({{ influence }}) = count(*)
            then sqrt(cast(sum({{ exact(influence ~ ' * ' ~ influence) }}) as double) * count(*) / nullif(count(*) - 1, 0))
    end
{%- endmacro %}

{#- End of a 95 % interval by Student's t; under 20 institutions the error is not known well enough for one. -#}
{% macro t_end(estimate, error, sign, institutions) -%}
    {{ estimate }} {{ sign }} {{ t95('nullif(' ~ institutions ~ ' - 1, 0)') }} * {{ error }}
{%- endmacro %}

{#- CTEs up to `means`: means over pupils with their errors, from sums by institution. figures: name of each, with its sum and unit. -#}
{% macro means_by_institution(cells, keys, figures) -%}
{%- set within = 'partition by ' ~ keys | join(', ') -%}
counted as (
    select
        *,
        sum(pupils_n) over ({{ within }}) as all_n,
        {%- for name, (summed, unit) in figures.items() %}
        cast(sum({{ summed }}) over ({{ within }}) as double) / {{ unit }} / sum(pupils_n) over ({{ within }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ cells }}
),

influenced as (
    select
        *,
        {%- for name, (summed, unit) in figures.items() %}
        (cast({{ summed }} as double) / {{ unit }} - pupils_n * {{ name }}) / all_n as {{ name }}_influence{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
),

means as (
    select
        {{ keys | join(', ') }},
        cast(sum(pupils_n) as bigint) as pupils_n,
        cast(count(*) as bigint) as institutions_n,
        {%- for name in figures %}
        max({{ name }}) as {{ name }},
        {{ error_by_institution(name ~ '_influence') }} as {{ name }}_error{{ ',' if not loop.last }}
        {%- endfor %}
    from influenced
    group by {{ keys | join(', ') }}
)
{%- endmacro %}

{#-
    CTE `judged`: `means` with a status. Of few there is neither figure nor count; and where they could be counted by taking the
    others from all, the smallest of the others has no count either.
-#}
{% macro judged_means(keys) -%}
{%- set within = 'partition by ' ~ keys | join(', ') ~ ', segment' -%}
{%- set few = 'pupils_n < ' ~ minimum_n('value_added') -%}
ranked as (
    select
        *,
        sum(case when {{ few }} then pupils_n else 0 end) over ({{ within }}) as few_n,
        row_number() over ({{ within }} order by case when {{ few }} then 1 else 0 end, pupils_n, segment_value) as place_no
    from means
),

judged as (
    select
        *,
        case
            when {{ few }} then 'too_few'
            when place_no = 1 and few_n > 0 and few_n < {{ minimum_n('value_added') }} then 'suppressed_secondary'
            when institutions_n < {{ minimum_n('cluster_interval') }} then 'too_few_institutions'
            else 'ok'
        end as status,
        not ({{ few }}) as is_told,
        not ({{ few }}) and institutions_n >= {{ minimum_n('cluster_interval') }} as has_error
    from ranked
)
{%- endmacro %}

{#-
    CTEs up to `compared`, from `told` (keys, start_year, institutions_n, estimate, status) and `influence` (keys, start_year,
    institution_id, influence): a figure with its error, beside that of the first year that has one, and the change with its
    error. An institution that stands in both years does one thing to the change.
-#}
{% macro against_baseline(keys) -%}
{%- set on = [] -%}
{%- for key in keys %}{% do on.append('t.' ~ key ~ ' = i.' ~ key) %}{% endfor -%}
based as (
    select
        *,
        min(case when status = 'ok' then start_year end) over (partition by {{ keys | join(', ') }}) as baseline_year
    from told
),

part as (
    select
        t.{{ keys | join(', t.') }},
        t.start_year,
        false as is_change,
        i.institution_id,
        i.influence
    from based as t
    inner join influence as i on {{ on | join(' and ') }} and t.start_year = i.start_year
    where t.status = 'ok'
    union all
    select
        t.{{ keys | join(', t.') }},
        t.start_year,
        true as is_change,
        i.institution_id,
        case when i.start_year = t.start_year then i.influence else -i.influence end as influence
    from based as t
    inner join influence as i on {{ on | join(' and ') }} and i.start_year in (t.start_year, t.baseline_year)
    where t.status = 'ok' and t.start_year > t.baseline_year
),

whole as (
    select
        {{ keys | join(', ') }},
        start_year,
        is_change,
        institution_id,
        -- Absent in one year makes it absent.
        case when count(influence) = count(*) then sum(influence) end as influence
    from part
    group by {{ keys | join(', ') }}, start_year, is_change, institution_id
),

erred as (
    select
        {{ keys | join(', ') }},
        start_year,
        is_change,
        cast(count(*) as bigint) as institutions_n,
        {{ error_by_institution('influence') }} as error
    from whole
    group by {{ keys | join(', ') }}, start_year, is_change
),

compared as (
    select
        t.*,
        case when t.status = 'ok' then i.estimate end as baseline,
        case when t.status = 'ok' and t.start_year > t.baseline_year then t.estimate - i.estimate end as change,
        n.error,
        c.error as change_error,
        c.institutions_n as change_institutions_n
    from based as t
    left join told as i on {{ on | join(' and ') }} and t.baseline_year = i.start_year
    left join erred as n on {{ on | join(' and ') | replace('i.', 'n.') }} and t.start_year = n.start_year and not n.is_change
    left join erred as c on {{ on | join(' and ') | replace('i.', 'c.') }} and t.start_year = c.start_year and c.is_change
)
{%- endmacro %}

{#-
    Share of the variance that lies between institutions, from the analysis of variance: (MSB - MSW) / (MSB + (n0 - 1) MSW), with
    n0 = (N - sum of squares of the counts / N) / (J - 1). Below 0 where institutions differ by less than chance would have it.
-#}
{% macro variance_share(pupils, institutions, pupils_squared, total, squares, between) -%}
    {%- set msb -%}
        (({{ between }} - {{ total }} * {{ total }} / nullif({{ pupils }}, 0)) / nullif({{ institutions }} - 1, 0))
    {%- endset -%}
    {%- set msw -%}
        (greatest(cast(0 as double), {{ squares }} - {{ between }}) / nullif({{ pupils }} - {{ institutions }}, 0))
    {%- endset -%}
    {%- set n0 -%}
        (({{ pupils }} - {{ pupils_squared }} / nullif({{ pupils }}, 0)) / nullif({{ institutions }} - 1, 0))
    {%- endset -%}
    ({{ msb }} - {{ msw }}) / nullif({{ msb }} + ({{ n0 }} - 1) * {{ msw }}, 0)
{%- endmacro %}

{#- A share that was estimated, between 0 and 1. -#}
{% macro as_share(value) %}least(cast(1 as double), greatest(cast(0 as double), {{ value }})){% endmacro %}

{#-
    End of the 95 % interval of such a share. It is made for ln F, F = MSB / MSW = (1 + (n0 - 1) share) / (1 - share), which is nearer to
    normal, and taken back. At a share of 1 there is no F; where F is all but 0 nothing is known, and no number grows too large.
-#}
{% macro variance_share_end(share, error, n0, sign, institutions) -%}
    {%- set f -%}((1 + ({{ n0 }} - 1) * {{ share }}) / (1 - {{ share }})){%- endset -%}
    {%- set step -%}
        {{ t95('nullif(' ~ institutions ~ ' - 1, 0)') }} * {{ error }} * {{ n0 }} / ((1 + ({{ n0 }} - 1) * {{ share }}) * (1 - {{ share }}))
    {%- endset -%}
    {%- set moved -%}{{ f }} * exp({{ sign }}least(cast(500 as double), {{ step }})){%- endset -%}
    case
        when {{ error }} is null then null
        when {{ share }} >= 1 then cast(1 as double)
        when 1 + ({{ n0 }} - 1) * {{ share }} <= 0 then cast(0 as double)
        else {{ as_share('(' ~ moved ~ ' - 1) / (' ~ moved ~ ' + ' ~ n0 ~ ' - 1)') }}
    end
{%- endmacro %}
