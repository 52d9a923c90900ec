"""What is done with accounts: sign-in, invitations, roles, the pages "People and access" and "Your account".

It stands above ``cspr.accounts`` (who people are) because it records events and sends mail.
"""
