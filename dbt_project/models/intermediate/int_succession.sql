-- A successor of a successor succeeds too, from the day of the last step. The walk keeps its path, so that two institutions
-- that succeed each other end it.
with recursive walk as (
    select
        old_id as institution_id,
        new_id as successor_id,
        succeeded_on,
        concat('|', old_id, '|', new_id, '|') as path
    from {{ ref('int_institution_successions__accepted') }}
    where succeeded_on <= {{ as_of() }}

    union all

    select
        w.institution_id,
        s.new_id as successor_id,
        greatest(w.succeeded_on, s.succeeded_on) as succeeded_on,
        concat(w.path, s.new_id, '|') as path
    from walk as w
    inner join {{ ref('int_institution_successions__accepted') }} as s on w.successor_id = s.old_id
    where
        s.succeeded_on <= {{ as_of() }}
        and {{ dbt.position("concat('|', s.new_id, '|')", 'w.path') }} = 0
)

select
    institution_id,
    successor_id,
    min(succeeded_on) as succeeded_on
from walk
where institution_id <> successor_id
group by institution_id, successor_id
