with told as (
    select * from {{ ref('indicator_training') }}
    where post_course_hours is not null
)

{{ indicator([share_of('told', 'post_course_hours > 0', kind='school_year', unit='shared_no')]) }}
