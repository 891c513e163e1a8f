"""Commands that plan, show, change and explain a team's day."""
