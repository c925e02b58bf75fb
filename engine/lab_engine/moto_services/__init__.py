"""Services that moto answers: DynamoDB and Kinesis, for which LocalStack downloads programs.

moto comes with LocalStack and keeps everything in memory, so they need neither a network nor Java.
Nothing of them is imported before the first request to the service.
"""
