"""SNS: e-mail as it sends it, with subject, confirmation, unsubscribe link and AWS's wording."""
