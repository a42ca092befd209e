{%- set bound = 'coalesce(threshold, ' ~ var('high_technostress') ~ ')' %}
with respondent as (
    select * from {{ respondents('technostress', 'semester') }} as r
),

pair as (
    select
        *,
        case when score > {{ bound }} then 1 else 0 end - case when score_before > {{ bound }} then 1 else 0 end as change
    from {{ ref('survey_pair') }}
    where instrument = 'technostress'
),

person as (
    {{ by_respondent('pair', ['change'], 'semester') }}
),

square as (
    {{ item_squares('technostress', 'semester') }}
)

{{ indicator([
    share_of('respondent', 'score > ' ~ bound, by='both'),
    mean_of('person', 'change', by='both', measure='change'),
    mean_of('respondent', 'score', by='both', measure='score'),
    response_rate('technostress', 'semester'),
    alpha_of('square'),
    omega_of('square'),
]) }}
