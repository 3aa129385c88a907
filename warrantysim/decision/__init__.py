"""What to do: candidates, the program, its solver, the loop with the simulator, a confirmed decision."""
