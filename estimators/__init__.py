"""Statistical models that SQL cannot fit: functions from tables of the warehouse to a table of estimates."""
