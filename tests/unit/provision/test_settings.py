"""The names and numbers, and what is said when they can't be used."""

from dataclasses import fields

import pytest

from provision.settings import PROFILES, QUICK, WORKSHOP, Profile, Settings, SettingsError


def test_given_an_empty_environment_then_the_contract_s_names_apply() -> None:
    settings = Settings.from_environment({"LAB_STUDENT": "", "LAB_EMAIL": ""})
    assert settings.raw_bucket == "pipeline-raw-student-0001"
    assert settings.processed_bucket == "pipeline-processed-student-0001"
    assert settings.region == "ap-southeast-1"
    assert settings.email == "student@example.com"
    assert settings.profile is WORKSHOP


def test_given_a_student_s_own_names_then_the_buckets_carry_them() -> None:
    settings = Settings.from_environment({"LAB_STUDENT": "malee", "LAB_SUFFIX": "2024"})
    assert settings.raw_bucket == "pipeline-raw-malee-2024"
    assert settings.processed_bucket == "pipeline-processed-malee-2024"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LAB_STUDENT", "Malee"),
        ("LAB_STUDENT", "มาลี"),
        ("LAB_STUDENT", "ma lee"),
        ("LAB_STUDENT", "-malee"),
        ("LAB_STUDENT", "malee-"),
        ("LAB_STUDENT", "ma.lee"),
        ("LAB_STUDENT", "malee\n"),
        ("LAB_STUDENT", "m" * 40),
        ("LAB_SUFFIX", "00_01"),
        ("LAB_SUFFIX", "1-s3--alias"),
        ("LAB_EMAIL", "malee"),
        ("LAB_EMAIL", "malee@localhost"),
        ("LAB_EMAIL", "malee@@example.com"),
        ("LAB_EMAIL", "a@example.com, b@example.com"),
        ("LAB_PROFILE", "fast"),
        ("AWS_DEFAULT_REGION", "singapore"),
    ],
)
def test_a_value_that_aws_would_refuse_is_refused_in_one_sentence_that_names_it(
    variable: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environment({variable: value})
    sentence = str(refusal.value)
    assert variable in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_the_longest_names_that_fit_are_accepted() -> None:
    settings = Settings.from_environment({"LAB_STUDENT": "m" * 39, "LAB_SUFFIX": "0001"})
    assert len(settings.processed_bucket) == 63


def test_a_profile_changes_numbers_only() -> None:
    workshop, quick = (Settings(profile=profile) for profile in (WORKSHOP, QUICK))
    assert workshop.functions.keys() == quick.functions.keys()
    assert workshop.log_groups == quick.log_groups
    for name in ("raw_bucket", "processed_bucket", "topic_name", "state_machine_name"):
        assert getattr(workshop, name) == getattr(quick, name)
    for one, other in zip(workshop.alarms, quick.alarms, strict=True):
        assert (one.name, one.threshold) == (other.name, other.threshold)
    for queue in ("main_queue", "dlq", "notifications_queue"):
        assert getattr(workshop, queue).name == getattr(quick, queue).name
    numbers = [field.name for field in fields(WORKSHOP) if field.name != "name"]
    assert all(isinstance(getattr(QUICK, name), int) for name in numbers)


def test_the_workshop_s_visibility_is_six_timeouts_and_the_batch_window() -> None:
    assert WORKSHOP.main_queue_visibility_seconds == (
        6 * WORKSHOP.processor_timeout_seconds + WORKSHOP.batch_window_seconds
    )


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_message_stays_hidden_at_least_as_long_as_its_processing_may_take(
    profile: Profile,
) -> None:
    # Lambda refuses an event source whose queue shows messages before the function's timeout.
    assert profile.main_queue_visibility_seconds >= profile.processor_timeout_seconds
