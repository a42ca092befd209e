-- Climate of classes, each as often as its pupils answered; never of fewer than are to be told of. Where a parallel stands beside its
-- classes, it says what they say, and what the rest of its pupils say. The main figure is of all scales.
with told as (
    select * from {{ ref('fct_climate') }}
    where respondents_n >= {{ minimum_n('psychology') }} and scale in ({{ quoted(var('climate_scales')) }})
),

held as (
    select distinct
        part.institution_id,
        part.quarter,
        part.scale,
        part.class_code
    from told as whole
    inner join told as part
        on whole.institution_id = part.institution_id and whole.quarter = part.quarter and whole.scale = part.scale
    where
        whole.class_code <> part.class_code
        and whole.class_code = substr(part.class_code, 1, length(whole.class_code))
        and substr(part.class_code, length(whole.class_code) + 1, 1) not between '0' and '9'
),

climate as (
    select
        t.*,
        t.mean_score * t.respondents_n as score_sum
    from told as t
    left join held as h
        on t.institution_id = h.institution_id and t.quarter = h.quarter and t.scale = h.scale and t.class_code = h.class_code
    where h.class_code is null
),

class_climate as (
    select
        institution_id,
        school_year,
        semester,
        quarter,
        min(respondents_n) as respondents_n,
        min(respondents_n) * {{ mean_or_none('mean_score') }} as score_sum
    from climate
    group by institution_id, school_year, semester, quarter, class_code
)

{{ indicator([
    ratio_of('class_climate', 'score_sum', 'respondents_n', kind='quarter'),
    ratio_of("(select * from climate where scale = 'safety')", 'score_sum', 'respondents_n', kind='quarter', measure='safety'),
    ratio_of("(select * from climate where scale = 'belonging')", 'score_sum', 'respondents_n', kind='quarter', measure='belonging'),
    ratio_of("(select * from climate where scale = 'teacher_support')", 'score_sum', 'respondents_n', kind='quarter', measure='teacher_support'),
]) }}
