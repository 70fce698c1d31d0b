"""Claims: what a response says about the world, taken apart, looked up and judged one by one."""
