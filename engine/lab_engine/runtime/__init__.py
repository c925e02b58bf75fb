"""What belongs to the whole of LocalStack: where it listens, its certificate, its regions."""
