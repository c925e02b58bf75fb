"""What pages are made of. All services use the same few parts."""
