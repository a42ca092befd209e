"""Excel forms, made from the contracts alone: what an organisation without a system fills in by hand."""
