select
    f.person_id,
    {{ periods('f.attested_on') }},
    f.attested_on,
    f.category_from,
    f.category_to,
    f.passed as is_passed
from {{ linked('attestations', ['person_id']) }} as f
{{ join_term('f.attested_on') }}
where {{ is_known('f.attested_on') }}
