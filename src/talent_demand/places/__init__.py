"""Which country, region and city a location names (the model int_places)."""
