from bench.profiler import explain


def test_without_permission_one_line_says_what_to_do() -> None:
    said = "Permission Denied: Try running again with elevated permissions by going 'sudo ...'\n"
    told = explain(said)
    assert "as root" in told
    assert "\n" not in told


def test_another_failure_is_told_in_one_line() -> None:
    told = explain("Error: Failed to find python version\nReason: no such process\n")
    assert told.endswith("Error: Failed to find python version Reason: no such process")
    assert "\n" not in told
