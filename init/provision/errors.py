"""The errors of provisioning, as sentences for people."""


class ProvisionError(Exception):
    """Provisioning is not possible; the message says why."""
