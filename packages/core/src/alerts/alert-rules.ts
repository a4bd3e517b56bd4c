import { FleetglassError } from '../errors/fleetglass-error.js';
import { isRecord } from '../lib/json.js';

/** An agent's context is nearly full. */
export interface ContextRule {
  /** Share of the window above which it is raised. @default 0.8 */
  readonly above?: number;
  /** Share below which it is resolved. @default 0.7, never above `above` */
  readonly below?: number;
}

/** What the cost of a minute is compared with. A minute without any call says nothing about what is normal. */
export interface CostRateRule {
  /** Whose minutes are compared: those of each run, or of all runs together. @default 'run' */
  readonly of?: 'run' | 'fleet';
  /** Minutes with calls that must have passed before anything is judged. @default 5 */
  readonly minutes?: number;
  /** Weight of the newest minute in mean and variance, above 0 and up to 1. @default 0.1 */
  readonly weight?: number;
  /** USD a minute below which nothing is raised. @default 0.01 */
  readonly leastUsd?: number;
}

/** The cost of a minute lies far outside of what is usual; see `CostBaseline` for the formulas. */
export interface CostAnomalyRule extends CostRateRule {
  /** Standard deviations above the mean at which it is raised; resolved below half of them. @default 3 */
  readonly sigma?: number;
}

/** The cost of a minute is a multiple of the mean. */
export interface CostSpikeRule extends CostRateRule {
  /** Raised above this multiple; resolved below the middle between it and 1. @default 2 */
  readonly times?: number;
}

/** An agent that works has given no sign of it: no event of its own, not even a heartbeat. */
export interface StuckAgentRule {
  /** Milliseconds. @default 600_000 (10 min) */
  readonly afterMs?: number;
}

/** A tool, a model or the attempts at an agent's tasks fail again and again, with no success between. */
export interface FailurePatternRule {
  /** Failures in a row. @default 3 */
  readonly failures?: number;
  /** Milliseconds in which they fall; resolved by a success, or when the last one is older. @default 600_000 (10 min) */
  readonly withinMs?: number;
}

/** The calls of one agent of a run cost more than this; resolved when the run is over. */
export interface AgentCostRule {
  /** USD. @default 5 */
  readonly usd?: number;
}

/** Which alerts are raised, and from when on. `true` takes the defaults, `false` turns a rule off. Plain JSON. */
export interface AlertRules {
  /** A threshold of a budget was passed, or its limit reached. The thresholds are the budget's own. @default true */
  readonly budget?: boolean;
  /** @default true */
  readonly context?: boolean | ContextRule;
  /** @default true */
  readonly costAnomaly?: boolean | CostAnomalyRule;
  /** @default false */
  readonly costSpike?: boolean | CostSpikeRule;
  /** @default false */
  readonly stuckAgent?: boolean | StuckAgentRule;
  /** @default false */
  readonly failurePattern?: boolean | FailurePatternRule;
  /** @default false */
  readonly agentCost?: boolean | AgentCostRule;
}

type Settings<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** Rules with every default filled in; `undefined` is off. */
export interface ActiveRules {
  readonly budget: object | undefined;
  readonly context: Settings<ContextRule> | undefined;
  readonly costAnomaly: Settings<CostAnomalyRule> | undefined;
  readonly costSpike: Settings<CostSpikeRule> | undefined;
  readonly stuckAgent: Settings<StuckAgentRule> | undefined;
  readonly failurePattern: Settings<FailurePatternRule> | undefined;
  readonly agentCost: Settings<AgentCostRule> | undefined;
}

/** Name of a rule in `alert.raised`. */
export const RULE_NAMES = {
  budget: 'budget',
  context: 'context-window',
  costAnomaly: 'cost-anomaly',
  costSpike: 'cost-spike',
  stuckAgent: 'stuck-agent',
  failurePattern: 'failure-pattern',
  agentCost: 'agent-cost',
} as const satisfies Record<keyof AlertRules, string>;

export type AlertRuleName = (typeof RULE_NAMES)[keyof AlertRules];

const COST_RATE: Settings<CostRateRule> = { of: 'run', minutes: 5, weight: 0.1, leastUsd: 0.01 };

const DEFAULTS = {
  budget: {},
  context: { above: 0.8, below: 0.7 },
  costAnomaly: { ...COST_RATE, sigma: 3 },
  costSpike: { ...COST_RATE, times: 2 },
  stuckAgent: { afterMs: 600_000 },
  failurePattern: { failures: 3, withinMs: 600_000 },
  agentCost: { usd: 5 },
} as const satisfies { readonly [R in keyof ActiveRules]: ActiveRules[R] };

const ON_BY_DEFAULT: ReadonlySet<string> = new Set<keyof AlertRules>(['budget', 'context', 'costAnomaly']);

interface Range {
  readonly above?: number;
  readonly from?: number;
  readonly to: number;
  readonly whole?: boolean;
}

const DAY_MS = 86_400_000;

/** What a field may be; the same name means the same in every rule. */
const RANGES: Readonly<Record<string, Range>> = {
  above: { above: 0, to: 1 },
  below: { from: 0, to: 1 },
  sigma: { above: 0, to: 1_000 },
  times: { above: 1, to: 1_000_000 },
  minutes: { from: 1, to: 10_000, whole: true },
  weight: { above: 0, to: 1 },
  leastUsd: { from: 0, to: 1_000_000 },
  usd: { above: 0, to: 1_000_000 },
  afterMs: { from: 1, to: 365 * DAY_MS },
  withinMs: { from: 1, to: 365 * DAY_MS },
  failures: { from: 2, to: 100, whole: true },
};

const wrong = (problem: string): FleetglassError =>
  new FleetglassError('BAD_INPUT', `Alert rules: ${problem}.`);

function assertField(path: string, name: string, value: unknown): void {
  if (name === 'of') {
    if (value !== 'run' && value !== 'fleet') throw wrong(`${path} has to be 'run' or 'fleet'`);
    return;
  }
  const { above = -Infinity, from = -Infinity, to, whole = false } = RANGES[name] ?? { to: 0 };
  const fits = typeof value === 'number' && value > above && value >= from && value <= to;
  if (fits && (!whole || Number.isInteger(value))) return;
  const lower = above > -Infinity ? `above ${above}` : `from ${from}`;
  throw wrong(`${path} has to be a ${whole ? 'whole ' : ''}number ${lower} up to ${to}`);
}

/** @throws FleetglassError `BAD_INPUT` that names the field */
function settingsOf(rule: keyof AlertRules, given: unknown): object | undefined {
  const wanted = given ?? ON_BY_DEFAULT.has(rule);
  if (wanted === false) return undefined;
  const defaults = DEFAULTS[rule];
  if (wanted === true) return defaults;
  if (!isRecord(wanted)) throw wrong(`${rule} has to be true, false or an object`);
  const known = Object.entries(wanted).filter(([, value]) => value !== undefined);
  for (const [name, value] of known) {
    if (!Object.hasOwn(defaults, name)) throw wrong(`${rule} has no field '${name.slice(0, 40)}'`);
    assertField(`${rule}.${name}`, name, value);
  }
  return { ...defaults, ...Object.fromEntries(known) };
}

/**
 * Fills in the defaults.
 *
 * @throws FleetglassError `BAD_INPUT` that names the first field which cannot be
 */
export function activeRules(rules: AlertRules = {}): ActiveRules {
  for (const name of Object.keys(rules)) {
    if (!Object.hasOwn(RULE_NAMES, name)) throw wrong(`there is no rule '${name.slice(0, 40)}'`);
  }
  const all = Object.fromEntries(
    (Object.keys(RULE_NAMES) as (keyof AlertRules)[]).map((rule) => [rule, settingsOf(rule, rules[rule])]),
  );
  // The loop above gives each rule the fields of its defaults.
  const active = all as unknown as ActiveRules;
  const { context } = active;
  return context
    ? { ...active, context: { ...context, below: Math.min(context.below, context.above) } }
    : active;
}
