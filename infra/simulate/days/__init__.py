"""The events of a simulated day, part by part: home visits, the centre, contracts, families, beds, referrals."""
