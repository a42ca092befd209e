{#- Rows that several indicators count: by period, as they stand on its day. -#}

{#- Number of a kind of period, longer ones higher. -#}
{% macro scale_of(kind) -%}
    case {{ kind }} when 'month' then 1 when 'quarter' then 2 when 'semester' then 3 when 'school_year' then 4 end
{%- endmacro %}

{#- The periods of these kinds that are over: for what is counted as it stands, or since the year began. -#}
{% macro each_period(kind) -%}
    (select * from {{ ref('int_period') }} where is_over and period_kind in ({{ quoted(kinds_from(kind)) }}))
{%- endmacro %}

{#- Who is in a teaching post, for each period of these kinds; shared_no is the unit of which each counts once. -#}
{% macro teachers_in_post(kind) -%}
    (
        select
            t.institution_id,
            t.person_no,
            t.shared_no,
            p.period_kind,
            p.period,
            p.school_year,
            p.year_starts_on,
            p.starts_on,
            p.ends_on,
            p.counted_on
        from {{ ref('int_teacher_in_post') }} as t
        inner join {{ each_period(kind) }} as p on t.counted_on = p.counted_on
    )
{%- endmacro %}

{#- The institutions that are open, of all kinds or of some, for each period. -#}
{% macro institutions_open(kind, institution_kinds=none) -%}
    (
        select
            i.institution_id,
            i.kind,
            p.period_kind,
            p.period,
            p.school_year,
            p.counted_on
        from {{ ref('int_institutions__accepted') }} as i
        cross join {{ each_period(kind) }} as p
        where
            coalesce(i.opened_on <= p.counted_on, true)
            and coalesce(i.closed_on > p.counted_on, true)
            {{ 'and i.kind in (' ~ quoted(institution_kinds) ~ ')' if institution_kinds }}
    )
{%- endmacro %}

{#-
    Of these, the members of a cluster on the day on which the period is counted, each once: an oblast has institutions of no cluster too. A
    hub of psychologists does no lesson study and aligns no programmes, so that its members are asked for.
-#}
{% macro institutions_in_clusters(kind, institution_kinds=none, with_hubs=false) -%}
    (
        select distinct o.*
        from {{ institutions_open(kind, institution_kinds) }} as o
        inner join {{ ref('bridge_cluster_member') }} as m on o.institution_id = m.institution_id
        inner join {{ ref('dim_cluster') }} as k on m.cluster_id = k.cluster_id
        where
            m.joined_on <= o.counted_on
            and coalesce(m.left_on >= o.counted_on, true)
            {{ "and k.kind <> 'psychology_hub'" if not with_hubs }}
    )
{%- endmacro %}

{#- Last day of a project, or that on which its result came into practice later; absent while it runs. -#}
{% macro lasts_until(project) -%}
    case when {{ project }}.implemented_on > {{ project }}.ended_on then {{ project }}.implemented_on else {{ project }}.ended_on end
{%- endmacro %}

{#- Clusters of the kinds that an indicator is asked of. -#}
{% macro clusters_asked(code) -%}
    (
            select c.cluster_id
            from {{ ref('dim_cluster') }} as c
            inner join {{ ref('indicators') }} as i on i.cluster_kinds like concat('%', c.kind, '%')
            where i.code = '{{ code }}'
        )
{%- endmacro %}

{#- The institutions that have a teacher in post, for each period: what is told of others has nothing by which it could be divided. -#}
{% macro institutions_with_teachers(kind) -%}
    (
        select
            t.institution_id,
            p.period_kind,
            p.period
        from (select distinct institution_id, counted_on from {{ ref('int_teacher_in_post') }}) as t
        inner join {{ each_period(kind) }} as p on t.counted_on = p.counted_on
    )
{%- endmacro %}

{#- Agreements in force on the last day of each period: of the cluster that they name or, where they name none, of their parties. -#}
{% macro agreements_in_force(kind) -%}
    (
        select
            a.agreement_id,
            a.kind,
            a.cluster_id,
            case when a.cluster_id is null then b.institution_id end as institution_id,
            a.has_data_exchange_clause,
            a.has_data_protection_clause,
            p.period_kind,
            p.period
        from {{ ref('fct_agreement') }} as a
        cross join {{ each_period(kind) }} as p
        left join {{ ref('bridge_agreement_party') }} as b on a.agreement_id = b.agreement_id and a.cluster_id is null
        where a.signed_on <= p.ends_on and coalesce(a.valid_until_on >= p.ends_on, true)
    )
{%- endmacro %}

{#- What a member counts for, whenever it is: itself, its oblast, the country. -#}
{% macro scopes_of(member, key) -%}
    {%- for scope, scope_id in [(member, key), ('region', 'oblast_code'), ('country', "'all'")] %}
    select
        '{{ scope }}' as scope,
        {{ scope_id }} as scope_id,
        '{{ member }}' as member_kind,
        {{ key }} as member_id
    from {{ member }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Where facts tell of their feed, by the columns of their members; what stands until it is changed is told for all years. -#}
{% macro told_by_facts(facts, standing) -%}
    {%- set selects = [] -%}
    {%- for members, feeds in facts.items() -%}
        {%- for feed, fact in feeds.items() -%}
            {%- do selects.append(
                "select distinct '" ~ feed ~ "', " ~ members ~ ', ' ~ ("'all'" if feed in standing else 'school_year') ~ ' from ' ~ ref(fact)
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ selects | join(' union all ') }}
{%- endmacro %}

{#- Feeds that figures rest on, by name: which members are asked for them, and whether they are there of one. -#}
{% macro base_feeds() -%}
    {{ return({
        'staff_employment': ('true', 'has_staff'),
        'lesson_counts': ('is_school', 'has_lessons'),
        'enrolments': ('is_school', 'has_pupils'),
        'staff_employment;enrolments': ('is_school', 'has_staff and has_pupils'),
    }) }}
{%- endmacro %}

{#- Members that are asked for each of these feeds and those of which it is there, or the names of the others. -#}
{% macro base_counts() -%}
    {%- for is_asked, is_told in base_feeds().values() -%}
    count(case when {{ is_asked }} then 1 end) as members_{{ loop.index }}_n,
        count(case when {{ is_asked }} and {{ is_told }} then 1 end) as told_{{ loop.index }}_n{{ ',
        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro base_lists() -%}
    {%- for is_asked, is_told in base_feeds().values() -%}
    {{ joined('case when ' ~ is_asked ~ ' and not (' ~ is_told ~ ') then institution_id end', ';', 'institution_id') }} as missing_{{ loop.index }}{{ ',
        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A row for each feed, of relations with these columns. -#}
{% macro base_rows(counts, lists) -%}
    {%- for feed in base_feeds() %}
    select
        '{{ feed }}' as base_feed,
        c.scope,
        c.scope_id,
        c.period_kind,
        c.period,
        cast(c.members_{{ loop.index }}_n as bigint) as members_n,
        cast(c.told_{{ loop.index }}_n as bigint) as told_n,
        l.missing_{{ loop.index }} as missing_members
    from {{ counts }} as c
    left join {{ lists }} as l on c.scope = l.scope and c.scope_id = l.scope_id and c.period_kind = l.period_kind and c.period = l.period
    where c.members_{{ loop.index }}_n > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
