-- Actions by the day on which they are due. Of one that is due on the as-of date and not done it is not known yet.
with told as (
    select * from {{ ref('fct_action') }}
    where is_done_in_time is not null
)

{{ indicator([share_of('told', 'is_done_in_time', kind='quarter', by='both')]) }}
