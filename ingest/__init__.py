"""Deliveries in: contracts, readers, identifier rules, pseudonyms, quarantine, landing.

Nothing here imports Dagster or dbt, so that a sender's file can be judged without either.
"""
