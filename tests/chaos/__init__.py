"""A stack under load and under attack, and what its books then say: `make chaos`."""
