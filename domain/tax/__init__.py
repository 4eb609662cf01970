"""Tax codes and the split into net, tax and gross."""
