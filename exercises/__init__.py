"""The exercises of the course as worked solutions; the pipeline does not know of them."""
