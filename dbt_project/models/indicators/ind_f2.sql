-- Lines of budgets by the quarter in which they fell due, the 31st of December where no day is named.
{{ indicator([
    ratio_of(ref('fct_payment'), 'paid_kzt', 'planned_kzt', kind='quarter', by='both', counted='rows'),
    share_of(ref('fct_payment'), 'late_days > ' ~ var('late_payment_days'), kind='quarter', by='both', measure='late'),
]) }}
