"""What IFEval's and IFBench's own programs decide, where it is not what the instruction says."""
