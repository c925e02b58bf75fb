"""What goes wrong in provisioning, as sentences for people."""


class ProvisionError(Exception):
    """Provisioning can't be done; the message says what stands in its way."""
