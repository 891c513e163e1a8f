"""What every edge shares: tables of commands and questions, results, problems and words. No terminal, no HTTP."""
