-- What the shares of formalism are made of, one by one, for whoever reviews it: with pseudonyms, and without a word of the texts.
select
    {{ as_of() }} as as_of_on,
    kind,
    feed,
    record_id,
    institution_id,
    cluster_id,
    author_id,
    group_id,
    happened_on,
    school_year,
    semester,
    quarter,
    other_feed,
    other_record_id,
    other_author_id,
    other_institution_id,
    similarity_share
from {{ ref('formalism_case') }}
where is_formal
union all
select
    {{ as_of() }} as as_of_on,
    'empty_protocol' as kind,
    feed,
    record_id,
    institution_id,
    cast(null as {{ dbt.type_string() }}) as cluster_id,
    author_id,
    cast(null as {{ dbt.type_string() }}) as group_id,
    written_on as happened_on,
    school_year,
    semester,
    quarter,
    cast(null as {{ dbt.type_string() }}) as other_feed,
    cast(null as {{ dbt.type_string() }}) as other_record_id,
    cast(null as {{ dbt.type_string() }}) as other_author_id,
    cast(null as {{ dbt.type_string() }}) as other_institution_id,
    cast(null as double) as similarity_share
from {{ ref('formalism_protocol') }}
where is_protocol_empty
