"""csv-validator: looks at each upload and puts its job on the queue."""
