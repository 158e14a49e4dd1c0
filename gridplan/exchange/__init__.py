"""Cases from other formats: `gridplan.exchange.<kind>.read(source)` makes a Case; docs/exchange.md says how.

A further kind is one file with a function `read(source, **options)` and one line in `kinds.py`.
"""
