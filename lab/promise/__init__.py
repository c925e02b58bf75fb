"""The promise, each upload one outcome and one mail: what a lab shows of it, and the check."""
