"""Abstract signatures and inputs of activities: all that workflows see of them."""
