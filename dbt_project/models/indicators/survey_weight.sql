-- For how many of those invited a respondent stands: invited over answered of the institution and role. Cells of a few answers are one for
-- each role and oblast, with those of which nobody answered; and nobody stands for more than so many times the median of the wave.
with placed as (
    select
        c.*,
        case when c.answered_n >= {{ var('survey_cell_answers') }} then c.institution_id else concat('few ', m.scope_id) end as cell
    from {{ ref('survey_cell') }} as c
    inner join {{ ref('int_scope_member') }} as m on m.member_kind = 'institution' and m.scope = 'region' and c.institution_id = m.member_id
),

cell as (
    select
        *,
        cast(sum(invited_n) over (partition by instrument, wave, role, cell) as double)
        / nullif(sum(answered_n) over (partition by instrument, wave, role, cell), 0) as weight
    from placed
),

usual as (
    select
        s.instrument,
        s.wave,
        -- Who stands in no sample stands for nobody else.
        median(coalesce(c.weight, cast(1 as double))) as weight
    from {{ ref('fct_survey_score') }} as s
    left join cell as c
        on s.instrument = c.instrument and s.wave = c.wave and s.institution_id = c.institution_id and s.role = c.role
    where s.score_status = 'ok'
    group by s.instrument, s.wave
)

select
    c.instrument,
    c.wave,
    c.institution_id,
    c.role,
    least(c.weight, {{ var('survey_weight_limit') }} * u.weight) as weight
from cell as c
inner join usual as u on c.instrument = u.instrument and c.wave = u.wave
where c.answered_n > 0
