'use client';

import type { Clock, Monitor } from '@fleetglass/core/client';
import { createContext, useContext } from 'react';
import type { Format } from '../format/format.js';
import type { LabelLookup } from '../labels/define-labels.js';
import type { LogTime } from './log-time.js';
import type { NoticeWatch } from './notice-watch.js';
import type { SnapshotHub } from './snapshot-hub.js';
import type { Ticker } from './ticker.js';

/**
 * Least milliseconds between two displays of the same kind of figure. The first change is shown at once, then no more
 * often than this, and the last value always; a step in replay is shown at once.
 *
 * | member | figures | default |
 * |---|---|---|
 * | `progress` | progress of tasks, spans, lanes, checkpoints | 100 |
 * | `cost` | cost, tokens, burn rate, budgets, totals and counts of a fleet | 250 |
 * | `agents` | figures of an agent: cost, tokens, load, tasks | 500 |
 * | `agentList` | which agents there are | 1000 |
 *
 * Status and structure (a run or task appears or changes its status, an agent's status), alerts, approvals and the
 * connection are never held back; clocks tick each second. 0 holds nothing back.
 */
export interface Cadence {
  /** @default 250 */
  readonly cost: number;
  /** @default 100 */
  readonly progress: number;
  /** @default 500 */
  readonly agents: number;
  /** @default 1000 */
  readonly agentList: number;
}

/** Where data comes from; changes only with the provider's monitor, clock, cadence, `recorded` or `readOnly`. */
export interface MonitorSource {
  readonly monitor: Monitor;
  readonly hub: SnapshotHub;
  readonly clock: Clock;
  readonly logTime: LogTime;
  readonly ticker: Ticker;
  readonly notices: NoticeWatch;
  readonly cadence: Cadence;
  /** Everything is over: nothing is live, and no figure is of now. */
  readonly recorded: boolean;
  /** Nothing that would steer runs is offered. */
  readonly readOnly: boolean;
}

/** How things are written. */
export interface Texts {
  /** Words of a component: `labels(agentsLabels)`. */
  readonly labels: LabelLookup;
  readonly format: Format;
}

export const MonitorSourceContext = createContext<MonitorSource | undefined>(undefined);
export const TextsContext = createContext<Texts | undefined>(undefined);

/** @throws Error outside a `MonitorProvider` */
export function useMonitorSource(): MonitorSource {
  const source = useContext(MonitorSourceContext);
  if (!source) throw new Error('Render this component inside a <MonitorProvider monitor={…}>.');
  return source;
}

/** Labels and formats of the provider. Renders again only when the provider's language changes. */
export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (!texts) throw new Error('Render this component inside a <MonitorProvider monitor={…}>.');
  return texts;
}
