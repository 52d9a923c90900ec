"""The names of the addresses by which somebody comes in who is not signed in."""

# The way in: what leads to an account, or back into it, for whoever is not signed in yet.
WAY_IN = (
    "account_login account_logout account_inactive account_reset_password account_reset_password_done "
    "account_reset_password_from_key_done socialaccount_login_cancelled"
)
BY_LINK = "by-link-code by-link-thanks by-link-nil by-link-answer_request by-link-account"
