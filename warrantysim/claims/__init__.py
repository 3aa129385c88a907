"""What goes wrong: keyed random draws, births of claims, claims read from a table."""
