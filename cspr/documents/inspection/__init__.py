"""Taking apart what strangers send, before it is kept: does the content hold what the name promises?"""
