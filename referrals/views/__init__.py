"""The pages of referrals, cases, notifications and decisions."""
