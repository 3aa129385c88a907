CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    made TEXT NOT NULL,
    version TEXT NOT NULL,
    scenario TEXT NOT NULL,
    results TEXT NOT NULL,
    replications INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    label TEXT NOT NULL,
    who TEXT NOT NULL,
    submitted TEXT NOT NULL,
    started TEXT,
    ended TEXT,
    ticket TEXT,
    process TEXT,
    heartbeat REAL,
    wanted TEXT,
    stage TEXT NOT NULL DEFAULT '',
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    eta_s REAL,
    partial TEXT NOT NULL DEFAULT '[]',
    message TEXT NOT NULL DEFAULT '',
    result TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS one_active_job_a_run ON jobs (run_id)
    WHERE state IN ('queued', 'starting', 'running');
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, submitted);
CREATE TABLE IF NOT EXISTS views (
    id TEXT PRIMARY KEY,
    page TEXT NOT NULL,
    made TEXT NOT NULL,
    who TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS policy_versions (
    id INTEGER PRIMARY KEY,
    line TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    policy TEXT NOT NULL,
    run_id TEXT,
    UNIQUE (line, number)
);
CREATE TABLE IF NOT EXISTS policy_steps (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES policy_versions (id),
    step TEXT NOT NULL,
    from_day TEXT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL
);
