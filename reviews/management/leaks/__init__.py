"""Leaks made on purpose, to measure what the check of anonymity catches. Everybody and everything here is made up.

It shares with the finder only the form of the key: it knows nothing of how the finder looks, so that the finder can fail.
"""
