-- Points in all subjects of the unified national test, and who reached the pass score, which a year may not have.
with total as (
    select * from {{ ref('int_national_test_sum') }}
    where segment = 'all' and subject = 'all'
),

placed as (
    {{ placed_by_year('(select institution_id, start_year, pupils_n, score_sum, passed_n from total)') }}
),

{{ means_by_institution('placed', ['start_year', 'segment', 'segment_value'], {
    'mean_score': ('score_sum', 1), 'passed_share': ('passed_n', 1),
}) }},

{{ judged_means(['start_year']) }},

told as (
    select
        j.*,
        s.score is not null as has_pass_score
    from judged as j
    left join {{ ref('pass_scores') }} as s on {{ school_year_label('j.start_year') }} = s.school_year and s.subject = 'all'
),

points as (
    {{ judged_rows('told', 'mean_score', 'pupils_n', 'true', 'ok') }}
),

passed as (
    {{ judged_rows('told', 'passed_share', 'pupils_n', 'has_pass_score', 'no_pass_score', is_share=true) }}
)

{{ indicator([
    mart_of('points'),
    mart_of('passed', measure='passed'),
]) }}
