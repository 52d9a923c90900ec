"""A rehearsal: synthetic cases taken through the real verbs on a moving date. Every person and event is made up."""
