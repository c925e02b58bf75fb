from lab.promise.searched import SearchedText


class CountedText(str):
    """Text that counts how often it is searched."""

    searches = 0

    def __contains__(self, name: str) -> bool:  # type: ignore[override]
        self.searches += 1
        return super().__contains__(name)


def test_a_name_that_many_files_have_is_looked_for_once() -> None:
    text = CountedText("Somchai bought a pen")
    searched = SearchedText(text)
    for _ in range(1_000):
        assert searched.has("Somchai")
        assert not searched.has("Malee")
    assert text.searches == 2
