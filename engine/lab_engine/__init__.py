"""The LocalStack plugin that completes the free edition for the lab."""
