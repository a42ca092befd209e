-- What a page of the mirror prints beside the figures of `school_mirror`: its lines in order, with their words.
with registered as (
    select
        code as indicator,
        'main' as measure,
        unit,
        direction,
        name_kk,
        name_ru,
        name_en
    from {{ ref('indicators') }}
    union all
    select
        indicator,
        measure,
        unit,
        direction,
        name_kk,
        name_ru,
        name_en
    from {{ ref('indicator_measures') }}
    union all
    select
        substr(code, 1, position('/' in code) - 1) as indicator,
        substr(code, position('/' in code) + 1) as measure,
        'n' as unit,
        'lower' as direction,
        name_kk,
        name_ru,
        name_en
    from {{ ref('mirror_words') }}
    where kind = 'figure'
)

select
    l.line_no,
    l.question,
    q.name_kk as question_kk,
    q.name_ru as question_ru,
    q.name_en as question_en,
    l.panel,
    p.name_kk as panel_kk,
    p.name_ru as panel_ru,
    p.name_en as panel_en,
    l.indicator,
    l.measure,
    r.name_kk,
    r.name_ru,
    r.name_en,
    r.unit,
    r.direction,
    l.period_kind,
    l.comparisons,
    l.least_n
from {{ ref('mirror_panels') }} as l
inner join registered as r on l.indicator = r.indicator and l.measure = r.measure
inner join {{ ref('mirror_words') }} as q on l.question = q.code and q.kind = 'question'
inner join {{ ref('mirror_words') }} as p on l.panel = p.code and p.kind = 'panel'
