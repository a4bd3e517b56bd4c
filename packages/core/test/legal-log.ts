import fc from 'fast-check';
import type { EventDataMap, EventScope, EventType, FleetEvent } from '../src/protocol/event.js';
import { PROTOCOL_VERSION } from '../src/protocol/version.js';

/** Appends an event to a log and returns it. */
export type Append = <T extends EventType>(type: T, scope: EventScope, data: EventDataMap[T]) => FleetEvent;

/** Collects events as a store would number them. */
export function createLog(start = Date.UTC(2026, 0, 1)): {
  readonly events: FleetEvent[];
  readonly append: Append;
  advance(ms: number): void;
} {
  const events: FleetEvent[] = [];
  let time = start;
  return {
    events,
    advance: (ms) => void (time += ms),
    append(type, scope, data) {
      const event = {
        v: PROTOCOL_VERSION,
        seq: events.length + 1,
        time,
        type,
        ...scope,
        data,
      } as unknown as FleetEvent;
      events.push(event);
      return event;
    },
  };
}

interface Step {
  readonly run: number;
  readonly agent: number;
  readonly task: number;
  readonly span: number;
  readonly action: number;
  readonly amount: number;
  readonly wait: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  run: fc.nat(2),
  agent: fc.nat(1),
  task: fc.nat(1),
  span: fc.nat(2),
  action: fc.nat(21),
  amount: fc.nat(10_000),
  wait: fc.oneof(fc.nat(300), fc.nat(5_000_000)),
});

/** What a step does once its run, agent, task and span exist; every event of an entity carries the same scope. */
function perform(
  append: Append,
  { action, amount }: Step,
  scope: Required<EventScope>,
  seen: Set<string>,
): void {
  const { runId, threadId, agentId, taskId, spanId } = scope;
  const run = { runId, threadId };
  const agent = { ...run, agentId };
  const task = { ...agent, taskId };
  const span = { ...task, spanId };
  const spanKey = `${runId}/${spanId}`;
  const kind = amount % 2 === 0 ? 'model' : 'tool';
  const usage = { inputTokens: amount, outputTokens: amount % 7, cacheReadTokens: Math.floor(amount / 2) };
  const cost =
    amount % 5 === 0 ? ({ basis: 'unknown' } as const) : ({ nanoUsd: amount, basis: 'list' } as const);
  switch (action) {
    case 0:
      append('task.completed', task, {});
      break;
    case 1:
      append('task.waiting', task, { reason: 'approval' });
      break;
    case 2:
      append('task.failed', task, { attempt: 1, error: { code: 'X', message: 'no' } });
      break;
    case 3:
      append('task.progress', task, { done: amount });
      break;
    case 4:
      append('agent.status', agent, {
        status: amount % 2 ? 'active' : 'waiting',
        activity: `step ${amount % 3}`,
      });
      break;
    case 5:
      append('run.labelled', run, { labels: { [`l${amount % 3}`]: String(amount) } });
      break;
    case 6:
      append('edge.taken', run, { from: 'a', to: amount % 2 ? 'b' : 'c' });
      break;
    case 7:
      append('checkpoint.saved', run, { checkpointId: `c${amount}`, version: amount });
      break;
    case 8:
      append('message.delta', task, {
        messageId: `${taskId}.m${amount % 3}`,
        kind: amount % 2 ? 'text' : 'thinking',
        text: 'ab',
      });
      break;
    case 9:
      append('message.appended', task, {
        messageId: `${taskId}.m${amount % 3}`,
        role: 'assistant',
        parts: [{ kind: 'text', text: 'whole' }],
      });
      break;
    case 10:
      append('file.modified', task, { path: `src/${amount}.ts`, linesAdded: 1 });
      break;
    case 11:
      append('budget.set', run, {
        budgetId: 'b',
        scope: { kind: 'run' },
        unit: 'usd',
        limit: amount,
        onLimit: 'stop',
      });
      break;
    case 12:
      append('budget.warned', run, { budgetId: 'b', share: 0.5, spent: amount, limit: amount });
      break;
    case 13:
      append('approval.requested', task, { approvalId: taskId, title: 'May I?' });
      break;
    case 14:
      append('approval.decided', task, { approvalId: taskId, decision: 'approve', by: { id: 'me' } });
      break;
    case 15:
      append('alert.raised', agent, { alertId: agentId, rule: 'r', severity: 'critical', message: 'fire' });
      break;
    case 16:
      append('context.measured', agent, { usedTokens: amount, limitTokens: 10_000 });
      break;
    case 17:
      append('usage.recorded', task, amount % 3 ? { usage, cost } : { usage });
      break;
    case 18:
      append('system.dropped', run, { counts: { 'message.delta': amount }, reason: 'queue-full' });
      break;
    default:
      // Spans matter most: three of the actions are theirs.
      if (!seen.has(spanKey)) {
        seen.add(spanKey);
        append('span.started', span, { kind, name: kind, reservedNanoUsd: amount });
      } else if (action === 19 && !seen.has(`${spanKey}!`)) {
        append('usage.recorded', span, { usage, cost });
      } else if (!seen.has(`${spanKey}!`)) {
        seen.add(`${spanKey}!`);
        append('span.ended', span, {
          status: amount % 4 === 0 ? 'error' : 'ok',
          ...(amount % 3 === 0 ? {} : { usage, cost }),
          ...(amount % 11 === 0 ? { reused: true } : {}),
        });
      }
  }
}

/** Logs as an orchestrator writes them, of up to three runs in two threads at once. */
export const legalLog: fc.Arbitrary<readonly FleetEvent[]> = fc
  .array(step, { minLength: 1, maxLength: 60 })
  .map((steps) => {
    const { events, append, advance } = createLog();
    const seen = new Set<string>();
    const once = (key: string, create: () => void): void => {
      if (seen.has(key)) return;
      seen.add(key);
      create();
    };
    for (const each of steps) {
      advance(each.wait);
      const runId = `run_${each.run}`;
      const threadId = `thread_${each.run % 2}`;
      const agentId = `AGENT_${each.agent}`;
      const taskId = `${agentId}.task_${each.task}`;
      const spanId = `${taskId}.span_${each.span}`;
      const scope = { runId, threadId, agentId, taskId, spanId, parentSpanId: '' };
      once(runId, () => {
        append('run.created', { runId, threadId }, { name: runId, labels: { a: 'b' } });
        append('run.started', { runId, threadId }, {});
      });
      once(`${runId}/${agentId}`, () =>
        append('agent.joined', { runId, threadId, agentId }, { name: agentId }),
      );
      once(`${runId}/${taskId}`, () => {
        append('task.created', { runId, threadId, agentId, taskId }, { name: taskId, priority: 'high' });
        append('task.started', { runId, threadId, agentId, taskId }, { attempt: 1 });
      });
      perform(append, each, scope, seen);
    }
    return events;
  });
