"""What is tried out: replications of policies, potential outcomes of claims, and what can be said about them."""
