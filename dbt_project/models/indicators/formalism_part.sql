-- depends_on: {{ ref('formalism_protocol') }}
-- Figures of formalism wherever something was counted.
{{ formalism_figures() }}
