-- Graduates with what the registry of staff says of the months after. A teaching post is any of a career, wherever it is held; one that
-- was held before the graduation and goes on counts as well. Open posts go on, as in int_teacher_in_post.
with graduate as (
    select
        person_id,
        institution_id,
        programme_code,
        level,
        graduated_on,
        employed_on,
        employer_id,
        is_teaching_placement,
        {{ add_months('graduated_on', 12) }} as year_after_on,
        {{ add_months('graduated_on', 36) }} as three_years_after_on
    from {{ ref('fct_graduate') }}
    where graduated_on is not null
),

post as (
    select
        n.person_id,
        -- Where the institution is not on file, the post says it.
        coalesce(i.kind in ('school', 'small_school'), s.position_group not in ('college_lecturer', 'university_lecturer')) as is_at_school,
        s.starts_on,
        case when s.is_open then cast('9999-12-31' as date) else s.held_through_on end as through_on
    from {{ ref('int_staff_spell') }} as s
    inner join {{ ref('int_person') }} as n on s.person_no = n.person_no
    left join {{ ref('int_institutions__accepted') }} as i on s.institution_id = i.institution_id
),

-- Each graduation with each post of the person.
followed as (
    select
        g.*,
        coalesce(p.is_at_school, false) as is_at_school,
        coalesce(p.starts_on <= g.year_after_on and p.through_on >= g.graduated_on, false) as is_in_year,
        coalesce(p.starts_on <= g.three_years_after_on and p.through_on >= g.three_years_after_on, false) as is_after_three_years
    from graduate as g
    left join post as p on g.person_id = p.person_id
)

select
    person_id,
    institution_id,
    programme_code,
    level,
    graduated_on,
    year_after_on,
    three_years_after_on,
    employed_on,
    employer_id,
    is_teaching_placement,
    {{ any_row('is_in_year') }} as has_taught_in_year,
    {{ any_row('is_in_year and is_at_school') }} as has_taught_at_school,
    {{ any_row('is_after_three_years') }} as teaches_after_three_years
from followed
group by
    person_id, institution_id, programme_code, level, graduated_on, year_after_on, three_years_after_on, employed_on, employer_id,
    is_teaching_placement
