"""What the plugin replaces in LocalStack's S3."""

from localstack.services.s3 import provider
from localstack.services.s3.models import KeyStore
from localstack.services.s3.notifications import BaseNotifier, S3EventNotificationContext
from localstack.services.s3.provider import S3Provider

from lab_engine.gaps import LIFECYCLE, OBJECTS
from lab_engine.patching import Replacement, Start, around, instead
from lab_engine.s3 import conditional_delete, disk, listing, metadata, sequencer
from lab_engine.s3.lifecycle import expiry, page
from lab_engine.s3.object_folder import OBJECT_FOLDER

PATCHES: tuple[Replacement, ...] = (
    instead(
        provider,
        "DEFAULT_S3_TMP_DIR",
        OBJECT_FOLDER,
        why="two labs share one folder of the machine and delete each other's buckets",
        in_plain=True,
    ),
    around(
        S3EventNotificationContext,
        "__init__",
        sequencer.number_event,
        why="every event has the same sequencer",
        gap=OBJECTS,
    ),
    instead(
        BaseNotifier,
        "_get_event_payload",
        staticmethod(sequencer.describe_with_number),
        why="every event has the same sequencer",
        gap=OBJECTS,
    ),
    around(
        KeyStore,
        "set",
        conditional_delete.set_alone,
        why="an object must not change between comparing and deleting",
        gap=OBJECTS,
    ),
    around(
        S3Provider,
        "delete_object",
        conditional_delete.delete_if_matching,
        why="DeleteObject with If-Match answers 501",
        gap=OBJECTS,
    ),
    instead(
        provider,
        "decode_continuation_token",
        listing.decode_continuation_token,
        why="the second page of a list that begins with a Thai key fails",
        gap=OBJECTS,
    ),
    *(
        around(
            S3Provider,
            operation,
            listing.list_encoded,
            why="keys beyond ASCII are lost or repeated from the second page on",
            gap=OBJECTS,
        )
        for operation in listing.OPERATIONS
    ),
    *(
        around(
            S3Provider,
            operation,
            metadata.describe_in_headers,
            why="an object whose metadata cannot be a header cannot be read",
            gap=OBJECTS,
        )
        for operation in ("get_object", "head_object")
    ),
    *(
        around(
            S3Provider,
            operation,
            metadata.store_within_limits,
            why="an object accepts more metadata than any client can read",
            gap=OBJECTS,
        )
        for operation in ("put_object", "copy_object", "create_multipart_upload")
    ),
    around(
        S3Provider,
        "post_object",
        metadata.post_within_limits,
        why="a form's fields may be of any size",
        gap=OBJECTS,
    ),
    around(
        provider,
        "get_lifecycle_rule_from_object",
        expiry.choose_enabled,
        why="a disabled rule promises an expiry date",
        gap=LIFECYCLE,
    ),
)

STARTS: tuple[Start, ...] = (
    Start(expiry.start_looking),
    Start(page.serve),
    Start(disk.serve),
)
