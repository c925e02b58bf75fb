"""csv-processor: starts one execution for each job on the queue."""
