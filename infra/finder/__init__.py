"""The finder: residents, records, teams and staff by an id, a number or words, as far as who asks may see them."""
