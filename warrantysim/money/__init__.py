"""What it costs: rate cards, contracts, fees, customs, the ledger."""
