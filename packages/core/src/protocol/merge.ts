import { isRecord } from '../lib/json.js';
import type { EventDraft, EventType } from './event.js';
import type { Cost, Usage } from './usage.js';

/**
 * The only types that may be merged before or after they get a `seq`. Everything else is delivered exactly as it was
 * accepted.
 */
export const MERGEABLE_TYPES: ReadonlySet<string> = new Set<EventType>([
  'message.delta',
  'task.progress',
  'agent.heartbeat',
  'usage.recorded',
  'context.measured',
]);

type Data = EventDraft['data'];

const USAGE_CLASSES = [
  'inputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
  'reasoningTokens',
] as const satisfies readonly (keyof Usage)[];

/** `undefined` when a class of either is not a whole number or a sum leaves the safe range. */
function addUsages(a: unknown, b: unknown): Partial<Usage> | undefined {
  if (!isRecord(a) || !isRecord(b)) return undefined;
  const sum: Record<string, number> = {};
  for (const name of USAGE_CLASSES) {
    const [left, right] = [a[name], b[name]];
    if (left === undefined && right === undefined) continue;
    const total = Number(left ?? 0) + Number(right ?? 0);
    if (!Number.isSafeInteger(left ?? 0) || !Number.isSafeInteger(right ?? 0) || !Number.isSafeInteger(total)) {
      return undefined;
    }
    sum[name] = total;
  }
  return sum;
}

/** `undefined` for costs that cannot be told as one: of two bases, or unknown, where each counts as a call. */
function addCosts(a: unknown, b: unknown): Cost | undefined {
  if (!isRecord(a) || !isRecord(b) || a['basis'] !== b['basis'] || a['basis'] === 'unknown') return undefined;
  const nanoUsd = Number(a['nanoUsd']) + Number(b['nanoUsd']);
  return Number.isSafeInteger(a['nanoUsd']) && Number.isSafeInteger(b['nanoUsd']) && Number.isSafeInteger(nanoUsd)
    ? ({ basis: a['basis'], nanoUsd } as Cost)
    : undefined;
}

function mergeUsage(a: Data, b: Data): Data | undefined {
  if (a['model'] !== b['model']) return undefined;
  const usage = addUsages(a['usage'], b['usage']);
  if (!usage) return undefined;
  if (a['cost'] === undefined && b['cost'] === undefined) return { ...b, usage };
  const cost = addCosts(a['cost'], b['cost']);
  return cost && { ...b, usage, cost };
}

function mergeDelta(a: Data, b: Data): Data | undefined {
  const [left, right] = [a['text'], b['text']];
  if (a['messageId'] !== b['messageId'] || a['kind'] !== b['kind']) return undefined;
  return typeof left === 'string' && typeof right === 'string' ? { ...b, text: left + right } : undefined;
}

/** Data that says what `a` and, right after it, `b` say; `undefined` when one event cannot say it. */
function mergeData(type: string, a: Data, b: Data): Data | undefined {
  switch (type) {
    case 'message.delta':
      return mergeDelta(a, b);
    case 'usage.recorded':
      return mergeUsage(a, b);
    case 'agent.heartbeat':
      return b['activity'] === undefined && a['activity'] !== undefined ? { ...b, activity: a['activity'] } : b;
    case 'task.progress':
    case 'context.measured':
      return b;
    default:
      return undefined;
  }
}

/**
 * One event in place of two of the same entity, `b` following `a` without anything about that entity between them;
 * `undefined` when they must stay two. Envelope and time are those of `b`.
 */
export function mergeEvents<T extends EventDraft>(a: T, b: T): T | undefined {
  if (
    a.type !== b.type ||
    a.v !== b.v ||
    a.runId !== b.runId ||
    a.threadId !== b.threadId ||
    a.agentId !== b.agentId ||
    a.taskId !== b.taskId ||
    a.spanId !== b.spanId ||
    a.parentSpanId !== b.parentSpanId ||
    a.tenant !== b.tenant
  ) {
    return undefined;
  }
  const data = mergeData(a.type, a.data, b.data);
  return data && { ...b, data };
}
