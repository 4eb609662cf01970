"""Order of steps, waiting and compensation. No rule and no I/O lives here."""
