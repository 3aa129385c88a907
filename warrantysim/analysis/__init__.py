"""How sure and what if: comparisons, bridges, selection, break-even, sensitivity, the value of reacting."""
