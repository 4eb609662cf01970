"""From a draft of payments to the completed run."""
