import type { List } from '../projection/list.js';
import type { SpanKey } from '../projection/keys.js';
import type { FleetState, SpanState } from '../projection/state.js';
import { changesBetween } from '../projection/table.js';
import type { TableChange } from '../projection/table.js';
import { packSpans } from './pack-spans.js';
import type { PackedSpans } from './pack-spans.js';
import { rowsOf } from './runs.js';

/** Spans of one agent as they were last seen. */
export interface SpanGroup {
  members: SpanState[];
  /** Absent when a member is another one than when they were packed. */
  packed?: PackedSpans | undefined;
  /** What they were packed into before. */
  last?: PackedSpans;
  /** Members that were put in again so far. */
  count: number;
}

/** By agent; spans that name none are under `undefined`. */
export type SpanGroups = Map<string | undefined, SpanGroup>;

/** With so many changes at once it is quicker to gather all spans anew. */
const MANY_CHANGES = 200;

export const packed = (group: SpanGroup): PackedSpans =>
  (group.last = group.packed ??= packSpans(group.members, group.last));

function groupOf(groups: SpanGroups, { agentId }: SpanState): SpanGroup {
  let group = groups.get(agentId);
  if (!group) groups.set(agentId, (group = { members: [], count: 0 }));
  return group;
}

/** The next member of a group that is looked at again. */
function put(group: SpanGroup, span: SpanState): void {
  if (group.members[group.count] !== span) {
    group.members[group.count] = span;
    group.packed = undefined;
  }
  group.count += 1;
}

/** Forgets members that did not come again. */
function close(group: SpanGroup): void {
  if (group.members.length !== group.count) {
    group.members.length = group.count;
    group.packed = undefined;
  }
  group.count = 0;
}

/** A group whose members are the same as before stays as it is, which is seen without a copy. */
export function setMembers(group: SpanGroup, spans: readonly SpanState[]): void {
  for (const span of spans) put(group, span);
  close(group);
}

/** Sorts spans into groups. */
export function gatherSpans(groups: SpanGroups, spans: Iterable<SpanState>): void {
  for (const span of spans) put(groupOf(groups, span), span);
  for (const group of groups.values()) close(group);
}

/** Brings groups up to date by what changed in a run; says `false` where a change does not fit what they hold. */
function applyChanges(
  groups: SpanGroups,
  runId: string,
  changes: readonly TableChange<SpanState>[],
): boolean {
  for (const { before, after } of changes) {
    if ((after ?? before)?.runId !== runId) continue;
    if (before && after && before.agentId !== after.agentId) return false;
    const group = groupOf(groups, (after ?? before) as SpanState);
    group.packed = undefined;
    if (!before) {
      group.members.push(after as SpanState);
      continue;
    }
    // What changes is among the newest, but for what is forgotten.
    const at = after ? group.members.lastIndexOf(before) : group.members.indexOf(before);
    if (at < 0) return false;
    if (after) group.members[at] = after;
    else group.members.splice(at, 1);
  }
  return true;
}

/** Groups of one run, and the state that they were made of. */
export interface RunGroups {
  readonly groups: SpanGroups;
  spans?: FleetState['spans'];
  keys?: List<SpanKey> | undefined;
}

/** Brings the groups of a run up to a state: whatever did not change is not looked at. */
export function followSpans(followed: RunGroups, state: FleetState, runId: string): void {
  const { groups, spans, keys } = followed;
  const next = state.runs.get(runId)?.spans;
  if (spans === state.spans && keys === next) return;
  followed.spans = state.spans;
  followed.keys = next;
  const changes = spans && keys && next && changesBetween(spans, state.spans);
  if (!changes || changes.length > MANY_CHANGES || !applyChanges(groups, runId, changes) || !isWhole())
    gatherSpans(groups, rowsOf(next, state.spans));

  /** A run may name spans that the state does not hold, and the other way round. */
  function isWhole(): boolean {
    let count = 0;
    for (const { members } of groups.values()) count += members.length;
    return count === next?.length;
  }
}
