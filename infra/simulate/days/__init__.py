"""What happens on a simulated day."""
