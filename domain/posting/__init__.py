"""The books: what is prepared before the call, and the call that numbers, hashes and stores it."""
