"""Questions about who may see what: nearness of people to residents, visits and papers."""
