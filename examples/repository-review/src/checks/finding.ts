export const CHECKS = ['syntax', 'types', 'complexity', 'todo', 'secrets', 'size'] as const;

/** Name of a check. */
export type CheckName = (typeof CHECKS)[number];

export const SEVERITIES = ['error', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Something that a check saw, at a place where a person can look. */
export type Finding = {
  readonly check: CheckName;
  /** The check's own name for it, such as `TS2322`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Path relative to the reviewed folder. */
  readonly file: string;
  /** 1 for the first line. */
  readonly line: number;
  readonly message: string;
};

/** What a check tells of one file. A check that did not run says why and finds nothing. */
export type CheckResult = {
  readonly ran: boolean;
  /** What was checked, or why it was not. */
  readonly note: string;
  /** At most {@link MAX_FINDINGS}. */
  readonly findings: readonly Finding[];
  /** All findings, those above the bound included. */
  readonly total: number;
};

/** Most findings that one check reports of one file; the rest is counted. */
export const MAX_FINDINGS = 25;

export function checkResult(note: string, findings: readonly Finding[]): CheckResult {
  return { ran: true, note, findings: findings.slice(0, MAX_FINDINGS), total: findings.length };
}

export function notRun(note: string): CheckResult {
  return { ran: false, note, findings: [], total: 0 };
}
