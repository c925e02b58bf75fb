"""The lab's command line: starts a lab, feeds the pipeline and shows what became of it."""
