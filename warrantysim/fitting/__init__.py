"""What a seller's own history says: lives, shares and lags, each with its interval."""
