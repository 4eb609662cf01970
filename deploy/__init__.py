"""Wires processes: containers, migrations, the embedded stack, the command line."""
