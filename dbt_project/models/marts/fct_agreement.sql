select
    f.agreement_id,
    f.cluster_id,
    f.kind,
    {{ periods('f.signed_on') }},
    f.signed_on,
    f.valid_until as valid_until_on,
    {{ is_known('f.signed_on') }} and coalesce(f.valid_until >= {{ as_of() }}, true) as is_in_force,
    f.has_data_exchange_clause,
    f.has_data_protection_clause,
    coalesce(p.parties_n, cast(0 as bigint)) as parties_n
from {{ ref('int_agreements__accepted') }} as f
left join (
    select
        agreement_id,
        cast(count(*) as bigint) as parties_n
    from {{ ref('bridge_agreement_party') }}
    group by agreement_id
) as p on f.agreement_id = p.agreement_id
{{ join_term('f.signed_on') }}
where {{ is_known('f.signed_on') }}
