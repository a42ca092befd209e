with ended as (
    select * from {{ placements_ended() }} as f
)

{{ indicator([share_of('ended', 'is_feedback_complete', kind='semester', unit='institution_id', by='both', every=true)]) }}
