"""What a scenario and a policy are: models whose fields have a unit and a range, and one index of them."""
