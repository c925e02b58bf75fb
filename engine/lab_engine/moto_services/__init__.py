"""Services that moto answers: DynamoDB and others, for which LocalStack downloads a program.

moto comes with LocalStack and keeps everything in memory, so they need neither a network nor Java.
Nothing of them is imported before the first request to the service.
"""
