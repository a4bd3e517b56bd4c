import type { JsonObject } from '../lib/json.js';
import type { Data } from '../projection/guard.js';
import type { FleetEvent } from '../protocol/event.js';
import type { AlertSeverity } from '../protocol/events/control.js';
import type { AlertRuleName } from './alert-rules.js';
import type { SpanFacts, Spent } from './span-meter.js';

/** Whom an alert is about: part of its events' envelope. */
export interface AlertScope {
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
}

interface About {
  readonly rule: AlertRuleName;
  readonly scope: AlertScope;
  /** What the rule watches within the run, for example an agent's id; empty for the run itself. */
  readonly subject: string;
}

/** Something is wrong. */
export interface BadReading extends About {
  readonly verdict: 'bad';
  /** Position of the event that it rests on; part of the alert's id. */
  readonly seq: number;
  readonly severity: AlertSeverity;
  readonly message: string;
  readonly details: JsonObject;
}

/** It is clearly over. What lies between says nothing, and leaves an alert as it was. */
export interface GoodReading extends About {
  readonly verdict: 'good';
}

/** What a rule says about one subject. */
export type Reading = BadReading | GoodReading;

export type Report = (reading: Reading) => void;

/** An event as detectors see it: ids that are text, data that is an object, and what it says about money. */
export interface Sighting {
  readonly event: FleetEvent;
  readonly data: Data;
  readonly scope: AlertScope;
  /** Milliseconds since the epoch; never runs backwards. */
  readonly now: number;
  readonly seq: number;
  /** What the event adds to the cost; absent when nothing. */
  readonly spent?: Spent | undefined;
  /** The span that the event is about. */
  readonly span?: SpanFacts | undefined;
}

/** One rule at work: sees events and the passing of time, and reports what it makes of them. Bounded in memory. */
export interface Detector {
  /** Event types that it has to see; `all` for every one. */
  readonly types: ReadonlySet<string> | 'all';
  see(sighting: Sighting): void;
  /** When {@link Detector.advance} has something to do at the earliest; Infinity when nothing. */
  due(): number;
  advance(now: number): void;
  /** Forgets what belongs to the run. */
  endRun(runId: string): void;
}
