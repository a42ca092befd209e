{{ indicator([count_of(ref('fct_education_production'), 'goods_services_kzt', kind='school_year', by='cluster')]) }}
