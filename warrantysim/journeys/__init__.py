"""What happens to a claim: routing, the journey alone, gates, the SimPy model, records."""
