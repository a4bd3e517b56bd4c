import { number, object, text } from '../projection/guard.js';
import type { FleetEvent } from '../protocol/event.js';
import { isRunEnd } from '../protocol/run-end.js';
import { createAgentCost } from './agent-cost.js';
import { createAlertBook } from './alert-book.js';
import type { AlertEvent } from './alert-book.js';
import { activeRules, RULE_NAMES } from './alert-rules.js';
import type { ActiveRules, AlertRuleName, AlertRules } from './alert-rules.js';
import { createBudgetThresholds } from './budget-thresholds.js';
import { createContextWindow } from './context-window.js';
import { createCostAnomaly, createCostSpike } from './cost-rate.js';
import { createFailurePattern } from './failure-pattern.js';
import type { AlertScope, Detector, Report, Sighting } from './reading.js';
import { createSpanMeter } from './span-meter.js';
import { createStuckAgent } from './stuck-agent.js';

/** How calm and how large an alert engine is. Times are in milliseconds. */
export interface AlertEngineOptions {
  /** Milliseconds that an alert stays raised at least. @default 60_000 */
  readonly minRaisedMs?: number;
  /** Milliseconds between the end of an alert and the next one about the same thing, at least. @default 60_000 */
  readonly minQuietMs?: number;
  /**
   * Agents, spans, budgets and the like that each rule remembers; those that were seen longest ago are forgotten.
   *
   * @default 10_000
   */
  readonly subjects?: number;
  /** Alerts that may be open at the same time; what is above is counted in `suppressed`. @default 1_000 */
  readonly open?: number;
}

/** What an alert engine holds and what it left out. */
export interface AlertEngineStats {
  /** Alerts that are raised and not resolved. */
  readonly open: number;
  /** Times that an alert was not raised because too many were open. */
  readonly suppressed: number;
}

/**
 * The alert rules over one log. It has no clock: time is the greatest `time` of the events seen, and what
 * {@link AlertEngine.tick} says. The same events and ticks give the same alerts with the same ids.
 *
 * An alert is never raised again before it was resolved, is resolved no sooner than `minRaisedMs` after it was raised,
 * and raised again no sooner than `minQuietMs` after that. So a time span of `T` holds at most
 * `2 * (floor(T / (minRaisedMs + minQuietMs)) + 1)` changes of one alert. The end of a run ends its alerts.
 */
export interface AlertEngine {
  /**
   * Takes in the next event of the log, its own included: what the log says about an alert counts.
   *
   * @param latest the latest time that the event may claim, for events of clocks that are not ours; @default any
   * @returns events to append, in order
   */
  next(event: FleetEvent, latest?: number): readonly AlertEvent[];
  /**
   * Lets time pass without an event.
   *
   * @param now milliseconds since the epoch; earlier than before is ignored
   * @returns events to append, in order
   */
  tick(now: number): readonly AlertEvent[];
  /** Whom an open alert is about: the scope of whatever is appended about it. */
  scopeOf(runId: string | undefined, alertId: string): AlertScope | undefined;
  readonly stats: AlertEngineStats;
}

/** Longer ids are not watched: they would cost more memory than whatever they name. */
const MAX_ID = 256;

/** Finished runs that are remembered, so that stragglers of theirs raise nothing. */
const MAX_OVER = 10_000;

const id = (value: unknown): string | undefined => {
  const known = text(value);
  return known !== undefined && known.length <= MAX_ID ? known : undefined;
};

/** Those that have to see events of a type; for a type that is not there, those that see every one. */
function byType(detectors: readonly Detector[]): (type: string) => readonly Detector[] {
  const all = detectors.filter(({ types }) => types === 'all');
  const chosen = new Map<string, readonly Detector[]>();
  for (const { types } of detectors) {
    if (types === 'all') continue;
    for (const type of types) {
      chosen.set(
        type,
        detectors.filter((other) => other.types === 'all' || other.types.has(type)),
      );
    }
  }
  return (type) => chosen.get(type) ?? all;
}

function detectorsOf(rules: ActiveRules, report: Report, limit: number): Detector[] {
  const { budget, context, costAnomaly, costSpike, stuckAgent, failurePattern, agentCost } = rules;
  return [
    budget && createBudgetThresholds(report, limit),
    context && createContextWindow(context, report),
    costAnomaly && createCostAnomaly(costAnomaly, report, limit),
    costSpike && createCostSpike(costSpike, report, limit),
    stuckAgent && createStuckAgent(stuckAgent, report, limit),
    failurePattern && createFailurePattern(failurePattern, report, limit),
    agentCost && createAgentCost(agentCost, report, limit),
  ].filter((detector) => detector !== undefined);
}

/**
 * Makes an engine for some rules.
 *
 * @param rules @default budgets, context windows and cost anomalies
 * @throws FleetglassError `BAD_INPUT` for rules that cannot be
 */
export function createAlertEngine(rules: AlertRules = {}, options: AlertEngineOptions = {}): AlertEngine {
  const { minRaisedMs = 60_000, minQuietMs = 60_000, subjects = 10_000, open = 1_000 } = options;
  const active = activeRules(rules);
  const names = Object.values(RULE_NAMES);
  const activeNames = new Set<AlertRuleName>(
    (Object.keys(RULE_NAMES) as (keyof AlertRules)[])
      .filter((rule) => active[rule] !== undefined)
      .map((rule) => RULE_NAMES[rule]),
  );
  const isActive = (rule: AlertRuleName): boolean => activeNames.has(rule);
  const book = createAlertBook({ minRaisedMs, minQuietMs, limit: open, isActive, rules: names });
  let now = 0;
  const detectors = detectorsOf(active, (reading) => book.report(reading, now), subjects);
  const wantedFor = byType(detectors);
  const meter = createSpanMeter(subjects);
  const over = new Set<string>();
  const isOver = (runId: string): boolean => over.has(runId);

  const advance = (to: number): void => {
    if (to <= now) return;
    now = to;
    for (const detector of detectors) if (detector.due() <= now) detector.advance(now);
    book.advance(now);
  };

  const endRun = (runId: string): void => {
    for (const detector of detectors) detector.endRun(runId);
    meter.endRun(runId);
    book.endRun(runId, now);
    over.add(runId);
    if (over.size > MAX_OVER) over.delete(over.values().next().value as string);
  };

  const see = (event: FleetEvent, runId: string | undefined): void => {
    const { type } = event;
    const wanted = wantedFor(type);
    if (wanted.length === 0) return;
    const [threadId, agentId] = [id(event.threadId), id(event.agentId)];
    const data = object(event.data) ?? {};
    const scope: AlertScope = {
      ...(runId === undefined ? {} : { runId }),
      ...(threadId === undefined ? {} : { threadId }),
      ...(agentId === undefined ? {} : { agentId }),
    };
    const seq = number(event.seq) ?? 0;
    const sighting: Sighting = { event, data, scope, now, seq, ...meter.read(event, data) };
    for (const detector of wanted) detector.see(sighting);
  };

  return {
    next(event, latest = Infinity) {
      const { type } = event;
      if (typeof type !== 'string') return book.take();
      const time = number(event.time);
      if (time !== undefined) advance(Math.min(time, latest));
      const runId = id(event.runId);
      if (type.startsWith('alert.')) {
        book.confirm(event, now, isOver);
      } else if (event.runId === undefined || runId !== undefined) {
        if (type === 'run.started' && runId !== undefined) over.delete(runId);
        if (runId === undefined || !over.has(runId)) see(event, runId);
        if (runId !== undefined && isRunEnd(type)) endRun(runId);
      }
      return book.take();
    },
    tick(to) {
      if (Number.isFinite(to)) advance(to);
      return book.take();
    },
    scopeOf: (runId, alertId) => book.scopeOf(runId, alertId),
    get stats() {
      return { open: book.open, suppressed: book.suppressed };
    },
  };
}
