"""Travel times from outside: a matrix file, a street network or a routing server, with straight lines as fallback."""
