"""Accounts, intents, postings and journal entries: the rules of the books."""
