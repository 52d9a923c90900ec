"""The list of practice reviews, and the page of one."""
