-- Key outcomes by the programme they are of and its levels: a programme code may be taught at several institutions.
with key_outcomes as (
    select
        programme_code,
        outcome_code,
        {{ any_row("level = 'school'") }} as is_of_school,
        {{ any_row("level = 'college'") }} as is_of_college,
        {{ any_row("level = 'university'") }} as is_of_university
    from {{ ref('int_programme_outcomes__accepted') }}
    where key_outcome
    group by programme_code, outcome_code
)

select
    f.institution_id,
    f.programme_code,
    f.level,
    f.outcome_code,
    f.key_outcome as is_key_outcome,
    f.aligned_programme_code,
    f.aligned_with as aligned_outcome_code,
    f.key_outcome and coalesce(
        case f.level
            when 'school' then k.is_of_college or k.is_of_university
            when 'college' then k.is_of_school or k.is_of_university
            else k.is_of_school or k.is_of_college
        end, false
    ) as is_aligned,
    case when {{ is_known('f.reviewed_on') }} then f.expert_score end as expert_score,
    {{ periods('f.reviewed_on') }},
    {{ known_on('f.reviewed_on') }} as reviewed_on
from {{ ref('int_programme_outcomes__accepted') }} as f
left join key_outcomes as k on f.aligned_programme_code = k.programme_code and f.aligned_with = k.outcome_code
{{ join_term('f.reviewed_on') }}
