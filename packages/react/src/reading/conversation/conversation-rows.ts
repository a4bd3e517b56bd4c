import type { AgentState, MessageState } from '@fleetglass/core/client';
import type { MessagePart } from '@fleetglass/core/protocol';
import type { ConversationPartName } from './conversation-labels.js';

export type ToolResult = Extract<MessagePart, { kind: 'toolResult' }>;

interface Row {
  readonly key: string;
  /** How many agents' blocks it stands in. */
  readonly depth: number;
  /** Blocks that hold it. */
  readonly inside: readonly string[];
}

/** One part of a message. */
export interface PartRow extends Row {
  readonly kind: 'part';
  readonly message: MessageState;
  readonly part: MessagePart;
  /** What a tool call was answered with. */
  readonly result?: ToolResult | undefined;
  readonly answeredAt?: number | undefined;
  /** Somebody else speaks than before. */
  readonly first: boolean;
}

/** What another agent said, as a block. */
export interface BlockRow extends Row {
  readonly kind: 'block';
  readonly agentId: string;
  readonly messages: number;
  readonly calls: number;
  readonly failures: number;
  readonly from: number;
  readonly to: number;
  /** First and last words said in it. */
  readonly asked?: string | undefined;
  readonly answered?: string | undefined;
}

export type ConversationRow = PartRow | BlockRow;

/** Agents within agents; those further in stand beside them. */
const DEEPEST = 6;

interface Item {
  readonly parts: readonly PartRow[];
  readonly block?: string;
}

interface Container {
  readonly depth: number;
  readonly inside: readonly string[];
  readonly items: Item[];
}

/**
 * What is said, in reading order: a tool's result stands with its call, and what a sub-agent says is a block at the place
 * where it began. All blocks are open; {@link openRows} takes out what is in closed ones.
 */
export function conversationRows(
  messages: readonly MessageState[],
  agents: readonly Pick<AgentState, 'id' | 'parentAgentId'>[],
  within?: string,
): readonly ConversationRow[] {
  const speakers = new Set(messages.map((message) => message.agentId));
  const parents = new Map(agents.map((agent) => [agent.id, agent.parentAgentId]));
  const isThere = (id: string): boolean => speakers.has(id);
  /** Nearest agent above that says something; none above the one that is looked at, or in a circle. */
  const parentOf = (agentId: string | undefined): string | undefined => {
    const seen = new Set([agentId]);
    if (agentId === within) return undefined;
    let parent = agentId === undefined ? undefined : parents.get(agentId);
    while (parent !== undefined && !seen.has(parent)) {
      if (isThere(parent)) return parent;
      seen.add(parent);
      parent = parents.get(parent);
    }
    return undefined;
  };
  const top: Container = { depth: 0, inside: [], items: [] };
  const containers = new Map<string, Container>();
  const containerOf = (agentId: string | undefined, path: ReadonlySet<string> = new Set()): Container => {
    const parent = parentOf(agentId);
    if (agentId === undefined || parent === undefined || path.has(agentId)) return top;
    const known = containers.get(agentId);
    if (known) return known;
    const outer = containerOf(parent, new Set([...path, agentId]));
    if (outer.depth >= DEEPEST) return outer;
    const made: Container = { depth: outer.depth + 1, inside: [...outer.inside, agentId], items: [] };
    containers.set(agentId, made);
    outer.items.push({ parts: [], block: agentId });
    return made;
  };
  const results = resultsOf(messages);
  for (const message of messages) {
    const container = containerOf(message.agentId);
    const parts = partRows(message, results, container);
    if (parts.length > 0) container.items.push({ parts });
  }
  return flatten(top, containers);
}

type Answer = { readonly result: ToolResult; readonly time: number };

interface Results {
  /** Takes the next answer to a call. */
  readonly take: (message: MessageState, callId: string) => Answer | undefined;
  readonly isTaken: (result: ToolResult) => boolean;
}

/** Calls and results meet by their id, the first with the first. */
function resultsOf(messages: readonly MessageState[]): Results {
  const answers = new Map<string, Answer[]>();
  const calls = new Map<string, number>();
  const nameOf = (message: MessageState, callId: string): string => `${message.agentId ?? ''} ${callId}`;
  for (const message of messages) {
    for (const part of message.parts) {
      if (part.kind !== 'toolResult' && part.kind !== 'toolCall') continue;
      const name = nameOf(message, part.callId);
      if (part.kind === 'toolCall') calls.set(name, (calls.get(name) ?? 0) + 1);
      else answers.set(name, [...(answers.get(name) ?? []), { result: part, time: message.time }]);
    }
  }
  const taken = new Set<ToolResult>();
  for (const [name, list] of answers) {
    for (const { result } of list.slice(0, calls.get(name) ?? 0)) taken.add(result);
  }
  const used = new Map<string, number>();
  return {
    take(message, callId) {
      const name = nameOf(message, callId);
      const at = used.get(name) ?? 0;
      used.set(name, at + 1);
      return answers.get(name)?.[at];
    },
    isTaken: (result) => taken.has(result),
  };
}

function partRows(message: MessageState, results: Results, { depth, inside }: Container): readonly PartRow[] {
  return message.parts.flatMap((part, index): readonly PartRow[] => {
    if (part.kind === 'toolResult' && results.isTaken(part)) return [];
    if (isBlank(part) && !message.streaming) return [];
    const row = {
      kind: 'part',
      key: `${message.key} ${index}`,
      message,
      part,
      depth,
      inside,
      first: false,
    } as const;
    if (part.kind !== 'toolCall') return [row];
    const answer = results.take(message, part.callId);
    return [{ ...row, result: answer?.result, answeredAt: answer?.time }];
  });
}

/** Models send line breaks before a tool call; they say nothing. */
const isBlank = (part: MessagePart): boolean =>
  (part.kind === 'text' || part.kind === 'thinking') && part.text.trim() === '';

function flatten(top: Container, containers: ReadonlyMap<string, Container>): readonly ConversationRow[] {
  const rows: ConversationRow[] = [];
  const place = ({ items, depth, inside }: Container): void => {
    for (const { parts, block } of items) {
      rows.push(...parts);
      const inner = block === undefined ? undefined : containers.get(block);
      if (block === undefined || !inner) continue;
      rows.push({ ...sumUp(block, inner), key: `block ${block}`, depth, inside });
      place(inner);
    }
  };
  place(top);
  return rows;
}

function sumUp(agentId: string, { items }: Container): Omit<BlockRow, 'key' | 'depth' | 'inside'> {
  const parts = items.flatMap((item) => item.parts);
  const words = parts.flatMap(({ part }) => (part.kind === 'text' ? [part.text] : []));
  const calls = parts.filter(({ part }) => part.kind === 'toolCall');
  return {
    kind: 'block',
    agentId,
    messages: new Set(parts.map(({ message }) => message.key)).size,
    calls: calls.length,
    failures: calls.filter(({ result }) => result?.isError === true).length,
    from: parts[0]?.message.time ?? 0,
    to: parts.reduce((last, row) => Math.max(last, row.answeredAt ?? row.message.time), 0),
    asked: words[0],
    answered: words.length > 1 ? words.at(-1) : undefined,
  };
}

/** Of which kind a row is for the filter. */
export function partNameOf({ part, message }: PartRow): ConversationPartName {
  if (part.kind === 'thinking') return 'thinking';
  if (part.kind === 'toolCall' || part.kind === 'toolResult') return 'tools';
  return message.role === 'system' ? 'system' : 'messages';
}

/** Rows of these kinds; a block stays while something in it does. */
export function filterRows(
  rows: readonly ConversationRow[],
  hidden: ReadonlySet<ConversationPartName>,
): readonly ConversationRow[] {
  if (hidden.size === 0) return rows;
  const parts = rows.filter((row) => row.kind === 'part' && !hidden.has(partNameOf(row)));
  const blocks = new Set(parts.flatMap((row) => row.inside));
  const kept = new Set(parts);
  return rows.filter((row) => (row.kind === 'block' ? blocks.has(row.agentId) : kept.has(row)));
}

/** Rows outside of closed blocks, each speaker named once until somebody else speaks. */
export function openRows(
  rows: readonly ConversationRow[],
  opened: ReadonlySet<string>,
): readonly ConversationRow[] {
  const open = rows.filter((row) => row.inside.every((agentId) => opened.has(`block ${agentId}`)));
  let before = '';
  return open.map((row) => {
    const speaker = row.kind === 'block' ? '' : speakerOf(row);
    const isFirst = speaker !== before;
    before = speaker;
    return row.kind === 'part' && isFirst ? { ...row, first: true } : row;
  });
}

/** A tool answers for the agent that called it. */
function speakerOf({ message, depth }: PartRow): string {
  const role = message.role === 'tool' ? 'assistant' : message.role;
  return [depth, role, message.agentId ?? ''].join(' ');
}
