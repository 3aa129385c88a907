"""How an answer is shown: blocks, and one renderer for each surface."""
