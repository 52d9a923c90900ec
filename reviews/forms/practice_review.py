"""What the pages of a practice review ask for."""
