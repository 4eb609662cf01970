"""What every process shares: ids, options, refusals, and the way to the server."""
