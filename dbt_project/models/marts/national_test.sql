{%- set keys = ['start_year', 'subject', 'segment', 'segment_value'] %}
with sums as (
    select * from {{ ref('int_national_test_sum') }}
),

{{ means_by_institution('sums', keys, {'mean_score': ('score_sum', 1), 'passed_share': ('passed_n', 1)}) }},

{{ judged_means(['start_year', 'subject']) }},

passing as (
    select
        j.*,
        s.score as pass_score,
        -- The share's effective size: so many pupils as would tell it as well if each came from a school of their own.
        case
            when not j.has_error or s.score is null then null
            when j.passed_share = 0 or j.passed_share = 1 then cast(j.pupils_n as double)
            else least(
                cast(j.pupils_n as double), j.passed_share * (1 - j.passed_share) / nullif(j.passed_share_error * j.passed_share_error, 0)
            )
        end as effective_n
    from judged as j
    left join {{ ref('pass_scores') }} as s on j.start_year = cast(substr(s.school_year, 1, 4) as int) and j.subject = s.subject
)

select
    {{ as_of() }} as as_of_on,
    {{ school_year_label('start_year') }} as school_year,
    subject,
    segment,
    segment_value,
    case when is_told and status <> 'suppressed_secondary' then pupils_n end as pupils_n,
    case when is_told then institutions_n end as institutions_n,
    case when is_told then mean_score end as mean_score,
    case when has_error then mean_score_error end as mean_se,
    case when has_error then {{ t_end('mean_score', 'mean_score_error', '-', 'institutions_n') }} end as mean_ci_low,
    case when has_error then {{ t_end('mean_score', 'mean_score_error', '+', 'institutions_n') }} end as mean_ci_high,
    status,
    cast(pass_score as double) as pass_score,
    case when is_told and pass_score is not null then passed_share end as passed_share,
    {{ wilson_low('passed_share', 'effective_n', t95('nullif(institutions_n - 1, 0)')) }} as passed_ci_low,
    {{ wilson_high('passed_share', 'effective_n', t95('nullif(institutions_n - 1, 0)')) }} as passed_ci_high,
    case when pass_score is null and is_told then 'no_pass_score' else status end as passed_status
from passing
