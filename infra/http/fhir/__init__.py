"""FHIR R5 read views: what other systems of a city read of contracts, teams, visits and referrals."""
