"""Releases: what is published, how it is swapped in whole, what changed between two."""
