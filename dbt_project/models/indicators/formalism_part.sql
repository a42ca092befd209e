-- Figures of formalism wherever something was counted.
{{ formalism_figures() }}
