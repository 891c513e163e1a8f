"""Travel times between places: by a metric of the plane, or on a street network."""
