"""Dagster around the pipeline: it orders the steps and shows them; it computes nothing itself."""
