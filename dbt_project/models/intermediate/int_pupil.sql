-- A number is carried through the large tables in place of the pseudonym, which is four times as wide.
select
    cast(row_number() over (order by pupil_id) as int) as pupil_no,
    pupil_id
from (
    select distinct pupil_id
    from {{ ref('int_assessment_results__accepted') }}
    where term is null
) as scored
