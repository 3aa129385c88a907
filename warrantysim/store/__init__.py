"""What was run: a workspace folder with results on disk, the ledger of runs, jobs, what-ifs, uploads and approvals.

Everything is named by the digest of what it depends on: ask for the same again and the stored run is there at once.
All of it may be used by several processes at a time; a process killed at any moment leaves a store that can be read.

Ask for a run (jobs are processes of their own; a page only looks)::

    Workspace.at(folder: str | Path | None = None) -> Workspace     # workspace
        .closed: "" | "disk" | "role"; .for_looking() -> the same, through which nothing can be written (NotWritable)
    Inputs.of(scenario, policies=None, *, replications=None, first=0, target=None, seed=None) -> Inputs    # inputs
    Study.of(kind, cases: Scenario | Case | Sequence[Scenario | Case], *, seed=None, **options) -> Study   # study
        kinds.KINDS: every study of the registry with its `Options`;
        a lever is its path or {"path": ..., "how": "set" | "times" | "plus"}
    Jobs(workspace, limit: int | None = None)                                                              # jobs
        .submit(asked: Inputs | Study, *, label="", changes=(), processes=1, who="") -> Job
        .poll(id) -> Job; .get(id) -> Job; .attach(job_or_run_id) -> Job | None; .listed(active=None) -> list[Job]
        .cancel(id, who="") -> Job; .keep(id, who="") -> Job; .resume(id, who="") -> Job
        .log(id, lines=200) -> str; .wait(id, timeout=600.0) -> Job
    Job: id, run_id, kind, state, label, who, submitted, started, ended, message, result (id of the stored run), active
        .progress: stage, done, total, eta_s, estimates (policy, mean, half_width; the first rule's cost, the others'
        saving against it)
    job.ACTIVE = queued, starting, running; job.ENDED = finished, kept, cancelled, failed, lost

Read what is stored::

    runs.find(workspace, id) -> StoredRun | None; runs.named(workspace, start_of_id) -> StoredRun
    runs.listed(workspace) -> list[StoredRun]; runs.damaged(workspace) -> tuple[str, ...]
    runs.remove(workspace, id, who="") -> bool
    StoredRun: id, kind, name, label, made, version, manifest, record (as --json prints), frames, frame(name), log()
        .inputs -> Inputs, .result -> Result (simulate); .study -> Study, .found -> Decision | Stored | ... (others)
        a decision's .record["confirmation"] is the id of the simulation that confirmed it, with the rules now,
        recommended, free optimum (and ladder, cash alone)
    deciding.taught_of(decision) -> Taught | None, for by_hand_price.estimate; .curves_of(decision) -> DataFrame | None
    deciding.confirmation_of(decision, workspace) -> StoredRun | None; .by_hand_inputs(confirmation, policy) -> Inputs
    billing.quantities_of(confirmation) -> Study; its .found is for studies.decide.book.decision_workbook
    retrace.compare_stored(workspace, [(name, run id, policy)], baseline=0) -> Comparison       # nothing is run
    retrace.stored_claims(run, replication=None, policy=0) -> DataFrame                          # nothing is run
    retrace.retraced(run, replication=None, policy=0) -> Retraced; Retraced.story(root), .run, .ledger
    reproducing.reproduction_of(run) -> Study, the same as a job
    reproduce.reproduced(run, doing=None) -> Reproduction: same, then, now, model_then, model_now, apart

Keep what people make::

    scenarios.keep_scenario(workspace, name, scenario, *, parent="", changes=(), why="", who="") -> Version
    scenarios.kept_scenarios(workspace, name=None) -> list[Version]; scenarios.kept_scenario(workspace, ref) -> Scenario
    scenarios.differences(workspace, ref, other) -> list[str]; scenarios.runs_of(workspace, version) -> list[str]
    uploads.keep_upload(workspace, name, files: Mapping[str, bytes], *, note="", who="") -> Version
    uploads.uploads(workspace, name=None) -> list[Version]; uploads.upload(workspace, ref) -> Version
    Version: ref ("name@number"), name, number, digest, at, who, note, details, files, path(file)
    views.keep_view(workspace, page, body, who="") -> str; views.kept_view(workspace, id) -> View | None
    approvals.draft(workspace, policy, *, line="policy", run_id=None, note="", who="") -> PolicyVersion
    approvals.approve(workspace, id, *, who, note=""); approvals.withdraw(workspace, id, *, who, note="")
    approvals.put_in_force(workspace, id, from_day, *, who, note="")
    approvals.policy_versions(workspace, line=None); approvals.get(workspace, id)
    approvals.in_force(workspace, on=None, line="policy") -> PolicyVersion | None
    approvals.states(versions_of_one_line, on=None) -> dict[id, state]; approvals.replaces(versions, version) -> the one
        it takes the place of
    effect.find_effect(runs, scenario, policy_now, policy_new) -> SharedLuck | None, whose change() is a PolicyChange;
        nothing is run
    effect.effect_inputs(scenario, policy_now, policy_new, like=run) -> Inputs, to ask for where nothing stored tells
    memos.memo_of(change, run, version=None, studies=runs) -> Memo, for studies.decide.memo.decision_memo
    PolicyVersion: id, line, number, digest, policy, run_id, steps (step, at, who, note, from_day), from_day, last
    audit.audit_log(workspace, subject=None, most=1000) -> list[Entry]; Entry: number, at, who, what, subject, details

What can go wrong: stored_run.Damaged, runs.NoSuchRun, job.NoSuchJob, versions.NoSuchVersion, approvals.NotInOrder,
approvals.NoSuchPolicy, retrace.NotTheSame, database.WorkspaceTooNew, workspace.NotWritable.
"""
