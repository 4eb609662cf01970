"""The dunning of one debtor, until nothing is overdue any more."""
