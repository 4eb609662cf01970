"""Documents that nobody ever sent, with all that is known about them, made from a seed.

Families fix a look: language, layout, labels, table, forms of numbers and days. Those of `held_out`
are for measuring only: neither training nor whoever writes rules looks at them.
"""
