select
    agreement_id,
    list_value as institution_id
from ({{ split_list('agreements', 'agreement_id', 'parties') }}) as f
