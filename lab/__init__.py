"""The lab's command line: starts an engine, feeds the pipeline and shows what became of it."""
