"""move-to-failed: puts a failed file and its reason under failed/."""
