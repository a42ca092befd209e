select
    project_id,
    list_value as institution_id
from ({{ split_list('projects', 'project_id', 'institutions') }}) as f
