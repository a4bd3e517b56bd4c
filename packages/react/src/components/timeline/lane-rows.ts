import { childrenOf, healParents, sumCosts } from '@fleetglass/core/client';
import type { CostTotals, Lane } from '@fleetglass/core/client';
import { laneLayout } from './lane-layout.js';
import type { LaneLayout } from './lane-layout.js';

export interface LaneRow {
  readonly kind: 'lane';
  readonly key: string;
  readonly lane: Lane;
  /** Boxes that the lane stands in. */
  readonly depth: number;
  readonly layout: LaneLayout;
  readonly height: number;
}

/** The line above the sub-agents of an agent; all that is left of them while they are collapsed. */
export interface BlockRow {
  readonly kind: 'block';
  readonly key: string;
  readonly parent: Lane;
  /** Sub-agents, theirs included. */
  readonly lanes: readonly Lane[];
  readonly depth: number;
  readonly collapsed: boolean;
  /** Without what stands above and the line below. */
  readonly plotHeight: number;
  readonly height: number;
}

export type TimelineRow = LaneRow | BlockRow;

/** Box round a block, from its first row to its last, both included. */
export interface BlockBox {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

export interface LaneRows {
  readonly rows: readonly TimelineRow[];
  readonly boxes: readonly BlockBox[];
}

export interface RowOptions {
  readonly collapsed: ReadonlySet<string>;
  readonly rowHeight: number;
  /** Height of the line of a block, by whether it is collapsed. */
  readonly openHeight: number;
  readonly collapsedHeight: number;
  /** What stands above each lane and line, in pixels. */
  readonly above: number;
}

/** Line between rows; the styles hold the same. */
const BORDER = 1;

/**
 * Lanes in reading order: below each agent the agents that it started, in a box that can be collapsed. Agents whose
 * parent is not there, or that would be their own ancestor, stand at the top.
 */
export function createLaneRows(lanes: readonly Lane[], options: RowOptions): LaneRows {
  const { collapsed, rowHeight, openHeight, collapsedHeight, above } = options;
  const parents = healParents(
    lanes,
    ({ agent }) => agent.id,
    ({ agent }) => agent.parentAgentId,
  );
  const children = childrenOf(parents);
  const rows: TimelineRow[] = [];
  const boxes: BlockBox[] = [];
  /** Without recursion: agents may start agents deeper than the stack. */
  const open: ({ readonly at: number; readonly depth: number } | { readonly close: number })[] = [];
  const push = (all: readonly number[], depth: number): void => {
    for (let index = all.length - 1; index >= 0; index -= 1) open.push({ at: all[index] as number, depth });
  };
  push(children.get(-1) ?? [], 0);
  for (let next = open.pop(); next; next = open.pop()) {
    if ('close' in next) {
      const block = rows[next.close] as BlockRow;
      boxes.push({ key: block.key, from: next.close, to: rows.length - 1, depth: block.depth });
      continue;
    }
    const { at, depth } = next;
    const lane = lanes[at] as Lane;
    const layout = laneLayout(lane, rowHeight);
    rows.push({
      kind: 'lane',
      key: lane.agent.key,
      lane,
      depth,
      layout,
      height: layout.height + above + BORDER,
    });
    const below = children.get(at);
    if (!below) continue;
    const key = `block ${lane.agent.key}`;
    const isCollapsed = collapsed.has(lane.agent.id);
    const plotHeight = isCollapsed ? collapsedHeight : openHeight;
    open.push({ close: rows.length });
    rows.push({
      kind: 'block',
      key,
      parent: lane,
      lanes: descendants(below, children).map((index) => lanes[index] as Lane),
      depth: depth + 1,
      collapsed: isCollapsed,
      plotHeight,
      height: plotHeight + above + BORDER,
    });
    if (!isCollapsed) push(below, depth + 1);
  }
  return { rows, boxes };
}

function descendants(
  first: readonly number[],
  children: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  const found = [...first];
  for (let next = 0; next < found.length; next += 1) {
    for (const child of children.get(found[next] as number) ?? []) found.push(child);
  }
  return found;
}

/** What sub-agents did together. */
export interface BlockSum {
  readonly tokens: number;
  readonly cost: CostTotals;
  readonly failed: number;
  readonly from: number;
  /** Absent while one of them works. */
  readonly to?: number;
}

export function sumLanes(lanes: readonly Lane[]): BlockSum {
  let [tokens, failed] = [0, 0];
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let isOver = true;
  let cost: CostTotals = { nanoUsd: 0, byBasis: {}, unknownCalls: 0 };
  for (const { agent, spans } of lanes) {
    tokens += agent.totals.usage.inputTokens + agent.totals.usage.outputTokens;
    cost = sumCosts(cost, agent.totals.cost);
    if (agent.status === 'failed') failed += 1;
    if (agent.status === 'active' || agent.status === 'waiting') isOver = false;
    from = Math.min(from, spans[0]?.span.startedAt ?? agent.joinedAt, agent.joinedAt);
    to = Math.max(to, agent.lastEventAt);
  }
  return { tokens, cost, failed, from, ...(isOver ? { to } : {}) };
}
