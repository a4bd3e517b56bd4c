import type { FeedEntry } from '@fleetglass/core/client';
import type { View } from '../panel/view.js';

/** What a feed may be narrowed to. */
export const FEED_KINDS = ['runs', 'agents', 'tasks', 'calls', 'files', 'decisions', 'alerts'] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

const KINDS: { readonly [family: string]: FeedKind | undefined } = {
  run: 'runs',
  edge: 'runs',
  checkpoint: 'runs',
  agent: 'agents',
  message: 'agents',
  context: 'agents',
  task: 'tasks',
  span: 'calls',
  file: 'files',
  approval: 'decisions',
  budget: 'decisions',
  alert: 'alerts',
  log: 'alerts',
  system: 'alerts',
};

const familyOf = (type: string): string => type.split('.', 1)[0] ?? '';

/** Whether an entry is of a kind: what people did is a decision, what went wrong an alert, besides what it is about. */
export function isOfKind({ type, by, severity }: FeedEntry, kind: FeedKind): boolean {
  const family = familyOf(type);
  if (Object.hasOwn(KINDS, family) && KINDS[family] === kind) return true;
  return (kind === 'decisions' && by !== undefined) || (kind === 'alerts' && severity === 'error');
}

export type FeedTarget = NonNullable<View['selected']>;

/** What an entry is about, as far as it can be shown; `undefined` for the run itself. */
export function targetOf({ type, spanId, taskId, agentId, subject }: FeedEntry): FeedTarget | undefined {
  const family = familyOf(type);
  if (family === 'file' && subject !== undefined) return { kind: 'file', id: subject };
  if (family === 'agent' && agentId !== undefined) return { kind: 'agent', id: agentId };
  if (spanId !== undefined) return { kind: 'span', id: spanId };
  if (taskId !== undefined) return { kind: 'task', id: taskId };
  return agentId === undefined ? undefined : { kind: 'agent', id: agentId };
}
