import type { CostBasis, EventInput, Usage } from '@fleetglass/core/protocol';

/** Tokens by class; `input` holds all input tokens, the cached ones too. */
export interface TokenSums {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
}

/** What one run did and cost. */
export interface RunSummary {
  readonly id: string;
  readonly name: string;
  /** Lines, messages or spans that the source holds; absent facts count as 0. */
  readonly records: number;
  /** Each names its place; the first hundred one by one. */
  readonly warnings: readonly string[];
  readonly agents: number;
  readonly tasks: number;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly toolErrors: number;
  readonly tokens: TokenSums;
  readonly cost: {
    /** Cost that counts, in integer nano-dollars: what the source recorded, else the list price of the day. */
    readonly nanoUsd: number;
    /** Where it comes from; `mixed` where several bases are in it, `unknown` where nothing has a price. */
    readonly basis: CostBasis | 'mixed';
    /** Model calls without a known price; with one or more the cost is a lower bound. */
    readonly unpricedCalls: number;
    /** What the source itself recorded; absent where it recorded nothing. */
    readonly recordedNanoUsd: number | null;
    /** List price of all calls, also where a recorded cost counts. */
    readonly computedNanoUsd: number;
  };
  readonly models: Readonly<Record<string, number>>;
  /** ISO 8601; null where the source has no times. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  /** How the run ended, in the word of its last event; `open` where the source just stops. */
  readonly status: 'completed' | 'failed' | 'cancelled' | 'stopped' | 'open';
  /** What else the source told about the whole. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Counts runs while their events pass by. */
export interface RunSummaries {
  add(event: EventInput): void;
  /** Every run seen so far, in the order in which they began. */
  runs(): RunSummary[];
}

interface OpenSpan {
  readonly kind: string;
  readonly model: string;
}

const CLASSES: readonly (readonly [keyof TokenSums, keyof Usage])[] = [
  ['input', 'inputTokens'],
  ['cacheRead', 'cacheReadTokens'],
  ['cacheWrite5m', 'cacheWrite5mTokens'],
  ['cacheWrite1h', 'cacheWrite1hTokens'],
  ['output', 'outputTokens'],
  ['reasoning', 'reasoningTokens'],
];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const ENDS = {
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
  'run.stopped': 'stopped',
} as const;

/** Counts the events of runs one by one, without the fold; holds what is open and the sums. */
export function createRunSummaries(): RunSummaries {
  const runs = new Map<string, ReturnType<typeof createRun>>();
  return {
    add(event) {
      const id = event.runId ?? '';
      let run = runs.get(id);
      if (!run) runs.set(id, (run = createRun(id)));
      run.add(event);
    },
    runs: () => [...runs.values()].map((run) => run.summary()),
  };
}

function createRun(id: string) {
  const tokens: Mutable<TokenSums> = {
    input: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    reasoning: 0,
  };
  const spans = new Map<string, OpenSpan>();
  const agents = new Set<string>();
  const bases = new Set<CostBasis>();
  const models: Record<string, number> = Object.create(null) as Record<string, number>;
  const warnings: string[] = [];
  const sums = { tasks: 0, modelCalls: 0, toolCalls: 0, toolErrors: 0, unpricedCalls: 0 };
  const money = { counted: 0, computed: 0, recorded: 0, hasRecorded: false };
  let name = id;
  let facts: Readonly<Record<string, unknown>> = {};
  let status: RunSummary['status'] = 'open';
  let [firstTime, lastTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  function addUsage(usage: Usage | undefined): void {
    if (usage) for (const [to, from] of CLASSES) tokens[to] += usage[from] ?? 0;
  }

  function spend(event: Extract<EventInput, { type: 'span.ended' | 'usage.recorded' }>): void {
    const { cost } = event.data;
    const computed = 'computedCost' in event.data ? event.data.computedCost : undefined;
    if (cost !== undefined && cost.basis !== 'unknown') {
      money.counted += cost.nanoUsd;
      bases.add(cost.basis);
    } else sums.unpricedCalls += Math.max(1, ('calls' in event.data ? event.data.calls : undefined) ?? 1);
    if (computed !== undefined && cost !== undefined && cost.basis !== 'unknown') {
      money.recorded += cost.nanoUsd;
      money.hasRecorded = true;
    }
    money.computed += (computed ?? cost)?.nanoUsd ?? 0;
  }

  function countSpan({ kind, model }: OpenSpan, change: 1 | -1): void {
    if (kind === 'model') {
      sums.modelCalls += change;
      const calls = (models[model] ?? 0) + change;
      if (calls > 0) models[model] = calls;
      else Reflect.deleteProperty(models, model);
    } else if (kind === 'tool' || kind === 'mcp') sums.toolCalls += change;
  }

  function onSpanEnded(event: Extract<EventInput, { type: 'span.ended' }>): void {
    const key = event.spanId ?? '';
    const span = spans.get(key);
    spans.delete(key);
    if (event.data.reused !== true) addUsage(event.data.usage);
    if (span?.kind === 'model') {
      if (event.data.reused !== true) spend(event);
    } else if (event.data.status === 'error' && (span?.kind === 'tool' || span?.kind === 'mcp')) {
      sums.toolErrors += 1;
    }
  }

  return {
    add(event: EventInput): void {
      const { time = 0 } = event;
      firstTime = Math.min(firstTime, time);
      lastTime = Math.max(lastTime, time);
      switch (event.type) {
        case 'run.created':
          ({ name } = event.data);
          break;
        case 'run.labelled':
          facts = { ...facts, ...event.data.facts };
          break;
        case 'run.completed':
        case 'run.failed':
        case 'run.cancelled':
        case 'run.stopped':
          status = ENDS[event.type];
          break;
        case 'agent.joined':
          if (event.agentId !== undefined) agents.add(event.agentId);
          break;
        case 'task.created':
          sums.tasks += 1;
          break;
        case 'span.started': {
          const { kind, model = 'unknown' } = event.data;
          const key = event.spanId ?? '';
          // A live source may learn only later of what kind a span is, and tells its start again.
          const before = spans.get(key);
          if (before) countSpan(before, -1);
          const span = { kind, model };
          spans.set(key, span);
          countSpan(span, 1);
          break;
        }
        case 'span.ended':
          onSpanEnded(event);
          break;
        case 'usage.recorded':
          // What is recorded inside a span is replaced by the span's end.
          if (event.spanId !== undefined) break;
          addUsage(event.data.usage);
          sums.modelCalls += event.data.calls ?? 0;
          spend(event);
          break;
        case 'log.written':
          if (event.data.level === 'warn') warnings.push(event.data.message);
          break;
        default:
      }
    },
    summary(): RunSummary {
      const isTimed = facts['times'] === undefined && Number.isFinite(firstTime);
      const told = facts['recordedNanoUsd'];
      const recordedNanoUsd = money.hasRecorded ? money.recorded : typeof told === 'number' ? told : null;
      const [only] = bases;
      const { records } = facts as { records?: unknown };
      const { unpricedCalls, ...counts } = sums;
      return {
        id,
        name,
        records: typeof records === 'number' ? records : 0,
        warnings: [...warnings],
        agents: agents.size,
        ...counts,
        tokens: { ...tokens },
        cost: {
          nanoUsd: money.counted,
          basis: bases.size > 1 ? 'mixed' : (only ?? 'unknown'),
          unpricedCalls,
          recordedNanoUsd,
          computedNanoUsd: money.computed,
        },
        models: { ...models },
        firstTime: isTimed ? new Date(firstTime).toISOString() : null,
        lastTime: isTimed ? new Date(lastTime).toISOString() : null,
        status,
        facts,
      };
    },
  };
}
