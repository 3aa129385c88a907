"""A decision as an Excel workbook: simulated quantities pasted, money as live formulas, checks against the engine."""
