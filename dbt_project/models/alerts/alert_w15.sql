-- Negative answers to the pulse, wave by wave: those in the lower third of its scale, as indicator T4 has them.
with scored as (
    select
        s.*,
        w.closed_on,
        case when s.score <= s.low_third then 1 else 0 end as is_negative
    from {{ ref('survey_score') }} as s
    inner join {{ ref('int_survey_waves__accepted') }} as w on s.instrument = w.instrument and s.wave = w.wave
    -- A wave that still runs has not been answered by all.
    where s.instrument = 'pulse' and w.closed_on <= {{ as_of() }}
),

placed as (
    select
        coalesce(s.cluster_id, m.scope_id) as cluster_id,
        s.wave,
        s.closed_on,
        s.respondent_id,
        s.is_negative
    from scored as s
    left join {{ ref('int_scope_member') }} as m
        on m.member_kind = 'institution' and m.scope = 'cluster' and s.institution_id = m.member_id
    where s.cluster_id is not null or coalesce(s.closed_on between m.from_on and m.through_on, false)
),

waved as (
    select
        cluster_id,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        '' as object_id,
        wave as period,
        closed_on as ends_on,
        cast(count(distinct case when is_negative = 1 then respondent_id end) as double) as numerator,
        count(distinct respondent_id) as n
    from placed
    group by cluster_id, wave, closed_on
),

numbered as (
    select
        *,
        numerator / n as value,
        row_number() over (partition by cluster_id order by ends_on, period) as period_no
    from waved
),

-- Waves that too few answered keep their place: those beside them do not follow each other.
told as (
    select * from numbered
    where n >= {{ minimum_n('psychology') }}
),

series as (
    {{ with_two_before('told') }}
),

judged as (
    {{ rising_twice('series') }}
)

{{ period_alerts('judged') }}
