"""The pages of a practice review: what they show, whom they refuse, and why."""
