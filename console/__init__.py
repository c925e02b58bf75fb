"""The console: the workshop's clicks in a browser, on the AWS API of the endpoint it is given."""
