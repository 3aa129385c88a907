"""What was run: a workspace folder with results on disk, the ledger of runs, jobs, what-ifs, uploads and approvals.

Everything is named by the digest of what it depends on: ask for the same again and the stored run is there at once.
All of it may be used by several processes at a time; a process killed at any moment leaves a store that can be read.

Open a `workspace.Workspace`, ask for `inputs.Inputs` (a simulation) or a `study.AskedQuestion` (a study of the
registry) through `jobs.Jobs`, which works in processes of its own; a page only looks. Read what is stored by `runs`
(a `stored_run.StoredRun` each), `audit_trail` (down to one claim), `deciding` and `effect`; run it again by
`reproduce`. What people make is kept by `scenarios`, `uploads`, `pins` and `approvals`, each step with who and when in
the `audit` log; `memos` makes a memo of it.
"""
