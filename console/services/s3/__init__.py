"""S3: buckets, the objects in them as folders, what an object holds, and event notifications."""

from console.service import Service
from console.services.s3.bucket import bucket
from console.services.s3.buckets import buckets
from console.services.s3.object import object_

SERVICE = Service("s3", "S3", "inventory_2", {"": buckets, "bucket": bucket, "object": object_})
