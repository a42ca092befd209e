select
    f.college_id,
    f.college_programme,
    f.module_code,
    f.university_id,
    f.university_programme,
    {{ periods('f.decided_on') }},
    f.credits as credits_n,
    f.credited and {{ is_known('f.decided_on') }} as is_credited,
    {{ known_on('f.decided_on') }} as decided_on
from {{ ref('int_module_credits__accepted') }} as f
{{ join_term('f.decided_on') }}
