"""Access: who is at the door, what they may do, what they may see, and the record of what they saw."""
