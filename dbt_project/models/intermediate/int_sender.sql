select
    sender,
    register,
    region_code,
    registry_complete_from
from {{ source('log', 'senders') }}
