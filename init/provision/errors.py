"""The errors of provisioning, as sentences for people."""


class ProvisionError(Exception):
    """Provisioning is not possible; the message says why.

    Args:
        sentence: The message, with `{names}` for its facts: who shows it to a person finds the same
            sentence in another language by it.
        facts: What its `{names}` stand for.

    Attributes:
        sentence: As given.
        facts: As given, each as it is printed.
    """

    def __init__(self, sentence: str, **facts: object) -> None:
        self.sentence = sentence
        self.facts = {name: str(fact) for name, fact in facts.items()}
        super().__init__(sentence.format_map(self.facts))
