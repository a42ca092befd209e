"""Readers: one file in any accepted format becomes SQL that gives rows of text.

All formats meet in one shape: `_row` (the line or record a person would look for), `_broken` (true where
the row cannot be split into columns) and the columns as text, under the names of the contract. Typing
and judging come after (`ingest.judge`), so that no format has rules of its own.
"""
