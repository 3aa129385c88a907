"""What was run: a workspace folder with results on disk, the ledger of runs, jobs, comparisons and approvals."""
