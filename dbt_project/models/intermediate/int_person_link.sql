-- A local id with two national ids is no link: joining two people would be worse than losing one from sight.
select
    local_id,
    min(person_id) as person_id
from {{ ref('int_person_links__accepted') }}
group by local_id
having count(distinct person_id) = 1
