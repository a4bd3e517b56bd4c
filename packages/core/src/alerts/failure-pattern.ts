import { dataOf, text } from '../projection/guard.js';
import type { ActiveRules } from './alert-rules.js';
import { RULE_NAMES } from './alert-rules.js';
import type { AlertScope, Detector, Report, Sighting } from './reading.js';
import { createSubjectTable } from './subject-table.js';
import { brief, duration } from './words.js';

interface Streak {
  readonly scope: AlertScope;
  readonly subject: string;
  /** Times of the newest failures, oldest first; never more than make a pattern. */
  readonly times: number[];
}

/** Failed or succeeded, and at what. */
interface Outcome {
  readonly failed: boolean;
  /** What it was: `tool Bash`, `model opus`, or `attempts` at tasks. */
  readonly what: string;
  readonly words: string;
}

function outcomeOf({ event, data, span }: Sighting): Outcome | undefined {
  switch (event.type) {
    case 'task.failed':
    case 'task.retrying':
      return { failed: true, what: 'attempts', words: 'Attempts at a task' };
    case 'task.completed':
      return { failed: false, what: 'attempts', words: '' };
    case 'span.ended': {
      const status = text(data['status']);
      if (!span || (status !== 'error' && status !== 'ok')) return undefined;
      const name = span.name.slice(0, 120);
      return { failed: status === 'error', what: `${span.kind} ${name}`, words: `${span.kind} ${name}` };
    }
    default:
      return undefined;
  }
}

/** Failures in a row of the same thing, done by the same agent. */
export function createFailurePattern(
  { failures, withinMs }: NonNullable<ActiveRules['failurePattern']>,
  report: Report,
  limit: number,
): Detector {
  const rule = RULE_NAMES.failurePattern;
  /** Bad ones, the longest without a failure first. */
  const bad = new Set<Streak>();
  const streaks = createSubjectTable<Streak>(limit, (streak) => bad.delete(streak));

  const forget = (streak: Streak): void => {
    streaks.remove(streak.scope.runId, streak.subject);
    if (bad.delete(streak)) report({ verdict: 'good', rule, scope: streak.scope, subject: streak.subject });
  };

  return {
    // The beginning of a span names it.
    types: new Set(['task.failed', 'task.retrying', 'task.completed', 'span.started', 'span.ended']),
    see(sighting) {
      const { scope, data, now, seq } = sighting;
      const outcome = outcomeOf(sighting);
      if (!outcome) return;
      const { agentId = '', runId } = scope;
      const subject = `${agentId}/${outcome.what}`;
      if (!outcome.failed) {
        const streak = streaks.get(runId, subject);
        if (streak) forget(streak);
        return;
      }
      const streak = streaks.use(runId, subject, () => ({ scope, subject, times: [] }));
      const { times } = streak;
      times.push(now);
      if (times.length > failures) times.shift();
      // The newest of the bad ones goes to the end, where the time since its last failure begins anew.
      if (bad.delete(streak)) bad.add(streak);
      if (bad.has(streak) || times.length < failures || now - (times[0] ?? now) > withinMs) return;
      bad.add(streak);
      const who = agentId === '' ? '' : ` of ${brief(agentId)}`;
      const last = text(dataOf(data['error'])['message']);
      report({
        verdict: 'bad',
        rule,
        scope,
        subject,
        seq,
        severity: 'warning',
        message: `${outcome.words}${who} failed ${failures} times in a row within ${duration(withinMs)}${
          last === undefined ? '.' : `, the last time with: ${brief(last, 200)}`
        }`,
        details: { what: outcome.what, failures, withinMs },
      });
    },
    due() {
      for (const { times } of bad) return (times.at(-1) ?? 0) + withinMs;
      return Infinity;
    },
    advance(now) {
      for (const streak of bad) {
        if ((streak.times.at(-1) ?? 0) + withinMs > now) return;
        forget(streak);
      }
    },
    endRun(runId) {
      for (const streak of streaks.ofRun(runId)) bad.delete(streak);
      streaks.removeRun(runId);
    },
  };
}
