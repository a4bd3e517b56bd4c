'use client';

import type { Clock, Monitor } from '@fleetglass/core/client';
import { createContext, useContext } from 'react';
import type { Format } from '../format/format.js';
import type { LabelLookup } from '../labels/define-labels.js';
import type { LogTime } from './log-time.js';
import type { SnapshotHub } from './snapshot-hub.js';
import type { Ticker } from './ticker.js';

/** Least milliseconds between two displays of the same kind of figure. Status and structure are never held back. */
export interface Cadence {
  /** @default 250 */
  readonly cost: number;
  /** @default 100 */
  readonly progress: number;
  /** @default 500 */
  readonly agents: number;
}

/** Where data comes from; changes only with the provider's monitor, clock or cadence. */
export interface MonitorSource {
  readonly monitor: Monitor;
  readonly hub: SnapshotHub;
  readonly clock: Clock;
  readonly logTime: LogTime;
  readonly ticker: Ticker;
  readonly cadence: Cadence;
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
