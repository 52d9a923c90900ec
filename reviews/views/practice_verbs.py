"""One page for each verb of a practice review, and for taking a publication down."""
