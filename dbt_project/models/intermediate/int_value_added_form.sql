-- What the setting asks for, as rows; none by itself.
select form
from ({{ named_rows('form', var('value_added_forms') + ['none']) }}) as asked
where form <> 'none'
