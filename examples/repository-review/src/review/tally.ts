import type { CheckName, Finding, Severity } from '../checks/finding.js';
import { CHECKS, SEVERITIES } from '../checks/finding.js';
import type { FileReview, PaidCall } from './state.js';

const RANK = new Map<string, number>(SEVERITIES.map((severity, index) => [severity, index]));

/** Findings of one file, gravest first, then by line. */
export function findingsOf({ checks }: Pick<FileReview, 'checks'>): readonly Finding[] {
  return CHECKS.flatMap((check) => checks[check]?.findings ?? []).sort(
    (a, b) => (RANK.get(a.severity) ?? 0) - (RANK.get(b.severity) ?? 0) || a.line - b.line,
  );
}

/** Findings of all files by severity. */
export function countFindings(reviews: readonly FileReview[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const review of reviews) for (const { severity } of findingsOf(review)) counts[severity] += 1;
  return counts;
}

/** One check over all files. */
export interface CheckTally {
  readonly check: CheckName;
  readonly ran: number;
  readonly notRun: number;
  readonly counts: Readonly<Record<Severity, number>>;
  /** Findings above the bound of a file: counted, not listed. */
  readonly unlisted: number;
}

export function tallyChecks(reviews: readonly FileReview[]): readonly CheckTally[] {
  return CHECKS.map((check) => {
    const results = reviews.flatMap((review) => review.checks[check] ?? []);
    const findings = results.flatMap((result) => result.findings);
    const count = (severity: Severity): number =>
      findings.filter((finding) => finding.severity === severity).length;
    return {
      check,
      ran: results.filter((result) => result.ran).length,
      notRun: results.filter((result) => !result.ran).length,
      counts: { error: count('error'), warning: count('warning'), info: count('info') },
      unlisted: results.reduce((sum, result) => sum + result.total - result.findings.length, 0),
    };
  });
}

/** One agent's model calls. */
export interface AgentTally {
  readonly agent: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The known part; with `unknownCalls` above 0 it is a lower bound. */
  readonly nanoUsd: number;
  readonly unknownCalls: number;
}

/** By agent, by name. */
export function tallyCalls(calls: readonly PaidCall[]): readonly AgentTally[] {
  const agents = [...new Set(calls.map(({ agent }) => agent))].sort();
  return agents.map((agent) => ({ agent, ...sumCalls(calls.filter((call) => call.agent === agent)) }));
}

export function sumCalls(calls: readonly PaidCall[]): Omit<AgentTally, 'agent'> {
  const sum = (amount: (call: PaidCall) => number): number =>
    calls.reduce((total, call) => total + amount(call), 0);
  return {
    calls: calls.length,
    inputTokens: sum(({ usage }) => usage.inputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    nanoUsd: sum(({ cost }) => cost.nanoUsd ?? 0),
    unknownCalls: calls.filter(({ cost }) => cost.basis === 'unknown').length,
  };
}
