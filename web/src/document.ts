// The document that Python writes into the page (src/treadle/report/document.py).

export type Status = "new" | "ready" | "running" | "blocked" | "terminated";

export interface TaskInfo {
  number: number;
  label: string;
  name: string;
  thread: string;
  daemon: boolean;
  parent: number | null;
}

/** Step number, then what is true from that step on. Step 0 is before the first. */
export type TaskEntry = [step: number, status: Status, resource: string, waits: string, flags: number];
export type Known = [label: string, value: string, step: number];
export type StaleEntry = [step: number, known: Known[]];
export type ValueSource = "before" | "written" | "deleted" | "called" | "seen";
export type ValueEntry = [step: number, text: string, source: ValueSource, task: number | null];
export type ResourceEntry = [
  step: number,
  text: string,
  owner: number | null,
  waiters: number[],
  items: string[] | null,
];

export interface ValueHistory {
  label: string;
  short: string;
  history: ValueEntry[];
}

export interface ResourceHistory {
  label: string;
  short: string;
  kind: string;
  history: ResourceEntry[];
}

/** File, first line, last line, first column, column after the last; columns are -1 where unknown. */
export type Place = [file: number, line: number, endLine: number, column: number, endColumn: number];

export interface Trace {
  role: "failing" | "passing" | "single";
  token: string;
  preemptions: number;
  tasks: TaskInfo[];
  resource: string;
  deciding: number[];
  opening: number;
  steps: {
    task: number[];
    action: string[];
    place: (Place | null)[];
    text: string[];
    resource: string[];
    time: number[];
  };
  change: Record<string, [before: string | null, after: string]>;
  from: Record<string, number>;
  local: Record<string, number>;
  folds: [first: number, last: number, text: string][];
  states: {
    tasks: TaskEntry[][];
    stale: StaleEntry[][];
    values: ValueHistory[];
    resources: ResourceHistory[];
  };
  cycle: string[];
  waiting: { task: number; resource: string; why: string }[];
  observed: [label: string, value: string][];
  prints: [step: number, text: string][];
}

export type Run = [kind: string, text: string];

export interface SourceFile {
  name: string;
  note: string;
  lines: [number: number, runs: Run[]][];
}

export type CompareRow = [one: number | null, other: number | null, same: boolean];

export interface Document {
  schema: number;
  title: string;
  kind: string;
  id: string;
  why: string;
  error: string;
  target: string;
  model: string;
  python: string;
  treadle: string;
  replay: string;
  facts: string[];
  end: string[];
  confirmation: string;
  files: SourceFile[];
  traces: Trace[];
  rows: CompareRow[];
}
