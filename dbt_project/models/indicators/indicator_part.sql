{{ rows_of('ind_', indicator_codes()) }}
