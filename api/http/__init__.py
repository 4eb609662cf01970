"""The plumbing of HTTP: who calls, what is said, what is answered and refused."""
