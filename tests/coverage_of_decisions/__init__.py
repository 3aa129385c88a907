"""Whether decisions keep what their figures promise, over many small worlds: `make coverage`."""
