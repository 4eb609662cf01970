"""Rules, formats, tables, and reading and writing the books in a session it is given.

Knows neither Temporal nor HTTP. Everything but `store`, `tables` and `views` is pure:
no session, no clock, no random.
"""
