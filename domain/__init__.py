"""What the business does, area by area: rules, and beside them what stores and reads them.

Knows neither Temporal nor HTTP. A file named `rows`, `store`, `*_store`, `views` or `*_views`, and
all of `database`, touches PostgreSQL; every other file is pure: no session, no clock, no random.
"""
