"""Forms of rapid reviews, requests and practice reviews."""
