"""Deploys while files are on their way: what was begun ends on the code it began with."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.integration.faults import deploy, with_module
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest, Upload

DEPLOYS = 4
UPLOADERS = 2
PAUSE_SECONDS = 0.3
"""Between two files of an uploader: about as fast as the pipeline is, so that all of it is busy."""


@pytest.mark.timeout(600)
def test_deploys_during_a_burst_lose_no_file_and_mail_none_twice(lab: LabUnderTest) -> None:
    """Each deploy replaces the code of all seven functions; files come until the last is done."""
    counted_before = lab.file_counts()
    sound = {name: lab.code_of(name) for name in lab.settings.functions}
    deployed = threading.Event()

    def upload_until_deployed() -> list[Upload]:
        uploads: list[Upload] = []
        while not deployed.wait(PAUSE_SECONDS):
            body = BAD_SCHEMA if len(uploads) % 5 == 4 else SAMPLE_SALES
            uploads.append(lab.upload("deploy.csv", body))
        return uploads

    with ThreadPoolExecutor(UPLOADERS + len(sound)) as pool:
        uploading = [pool.submit(upload_until_deployed) for _ in range(UPLOADERS)]
        try:
            for number in range(DEPLOYS):
                edition = f"NUMBER = {number}"
                edited = [with_module(code, "edition.py", edition) for code in sound.values()]
                list(pool.map(partial(deploy, lab), sound, edited))
        finally:
            list(pool.map(partial(deploy, lab), sound, sound.values()))
            deployed.set()
        uploads = [upload for each in uploading for upload in each.result()]

    lab.outcomes_of(uploads, within=PATIENCE + 2 * len(uploads))
    lab.assert_every_promise_is_kept(uploads, within=3 * PATIENCE, counted_before=counted_before)
    assert lab.dlq.depth() == 0
