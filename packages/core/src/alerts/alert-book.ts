import type { FleetEvent, EventInput } from '../protocol/event.js';
import { dataOf, number, text } from '../projection/guard.js';
import type { AlertRuleName } from './alert-rules.js';
import type { AlertScope, Reading } from './reading.js';
import { createSubjectTable } from './subject-table.js';

/** An event to append, as a rule's verdict asks for it. `id` is the same after a restart: append it with `dedupe`. */
export type AlertEvent = EventInput<'alert.raised' | 'alert.resolved'> & {
  readonly id: string;
  readonly time: number;
};

interface Entry {
  readonly key: string;
  readonly rule: AlertRuleName;
  scope: AlertScope;
  /** Set while it is raised. */
  alertId: string | undefined;
  /** The one that was raised last. */
  lastId: string | undefined;
  /** When it was last raised or resolved; -Infinity before that. */
  changedAt: number;
  /** What the rule last said; undefined when nothing since somebody else closed it. */
  reading: Reading | undefined;
}

export interface AlertBookOptions {
  readonly minRaisedMs: number;
  readonly minQuietMs: number;
  /** Alerts that are remembered: raised ones and those whose quiet time runs. */
  readonly limit: number;
  readonly isActive: (rule: AlertRuleName) => boolean;
  readonly rules: readonly AlertRuleName[];
}

/** Turns readings into alerts that are raised and resolved one after the other and never in quick succession. */
export interface AlertBook {
  report(reading: Reading, now: number): void;
  /** Takes over what the log says about an alert. */
  confirm(event: FleetEvent, now: number, isOver: (runId: string) => boolean): void;
  /** When something may have to be raised or resolved at the earliest. */
  due(): number;
  advance(now: number): void;
  /** What belongs to the run is over. */
  endRun(runId: string, now: number): void;
  /** Whom an open alert is about. */
  scopeOf(runId: string | undefined, alertId: string): AlertScope | undefined;
  /** What is to be appended since the last call, in order. */
  take(): readonly AlertEvent[];
  readonly open: number;
  readonly suppressed: number;
}

const NOTHING: readonly AlertEvent[] = Object.freeze([]);

/** Key of an event, whose kind it ends with. */
const eventId = (runId: string | undefined, alertId: string, kind: string): string =>
  `alert/${runId ?? ''}/${alertId}:${kind}`;

export function createAlertBook(options: AlertBookOptions): AlertBook {
  const { minRaisedMs, minQuietMs, limit, isActive, rules } = options;
  const entries = createSubjectTable<Entry>(Infinity);
  /** Those for which something is to be done once a time has come. */
  const waiting = new Map<Entry, number>();
  let nextDue = Infinity;
  let open = 0;
  let suppressed = 0;
  let out: AlertEvent[] = [];

  const wait = (entry: Entry, until: number): void => {
    waiting.set(entry, until);
    nextDue = Math.min(nextDue, until);
  };

  const change = (entry: Entry, alertId: string | undefined, now: number): void => {
    open += (alertId === undefined ? 0 : 1) - (entry.alertId === undefined ? 0 : 1);
    entry.alertId = alertId;
    entry.lastId = alertId ?? entry.lastId;
    entry.changedAt = now;
  };

  /** The log says when it happened: whoever reads it later has not seen the ticks that led to it. */
  const happenedAt = (entry: Entry, time: number, now: number): void => {
    if (time >= entry.changedAt) return;
    entry.changedAt = time;
    settle(entry, now);
  };

  const drop = (entry: Entry): void => {
    waiting.delete(entry);
    entries.remove(entry.scope.runId, entry.key);
  };

  /** Does what the last reading asks for, now or when its time has come. */
  const settle = (entry: Entry, now: number): void => {
    const { reading, scope, rule } = entry;
    waiting.delete(entry);
    if (entry.alertId !== undefined) {
      if (reading?.verdict !== 'good') return;
      if (now < entry.changedAt + minRaisedMs) {
        wait(entry, entry.changedAt + minRaisedMs);
        return;
      }
      const { alertId } = entry;
      const id = eventId(scope.runId, alertId, 'resolved');
      out.push({ ...scope, type: 'alert.resolved', time: now, id, data: { alertId } });
      change(entry, undefined, now);
      wait(entry, now + minQuietMs);
      return;
    }
    if (now < entry.changedAt + minQuietMs) {
      wait(entry, entry.changedAt + minQuietMs);
      return;
    }
    if (reading?.verdict !== 'bad') {
      drop(entry);
      return;
    }
    const { subject, seq, severity, message, details } = reading;
    const alertId = `${rule}:${subject}:${seq}`;
    entry.scope = reading.scope;
    const data = { alertId, rule, severity, message, details };
    const id = eventId(scope.runId, alertId, 'raised');
    out.push({ ...reading.scope, type: 'alert.raised', time: now, id, data });
    change(entry, alertId, now);
  };

  const enter = (key: string, rule: AlertRuleName, scope: AlertScope): Entry =>
    entries.use(scope.runId, key, () => ({
      key,
      rule,
      scope,
      alertId: undefined,
      lastId: undefined,
      changedAt: -Infinity,
      reading: undefined,
    }));

  const report = (reading: Reading, now: number): void => {
    const { rule, subject, scope, verdict } = reading;
    const key = `${rule}:${subject}`;
    const known = entries.get(scope.runId, key);
    if (!known && verdict === 'good') return;
    if (!known && entries.size >= limit) {
      suppressed += 1;
      return;
    }
    const entry = known ?? enter(key, rule, scope);
    entry.reading = reading;
    settle(entry, now);
  };

  /** The rule and subject behind one of our ids, without the position at its end. */
  const keyOf = (rule: AlertRuleName, alertId: string): string | undefined => {
    const end = alertId.lastIndexOf(':');
    const isOurs =
      alertId.startsWith(`${rule}:`) && end > rule.length && /^\d+$/.test(alertId.slice(end + 1));
    return isOurs ? alertId.slice(0, end) : undefined;
  };

  /** One of our ids: the event's own, since redaction may have changed the one in its data. */
  const alertIdOf = (event: FleetEvent, kind: string): string | undefined => {
    const prefix = eventId(text(event.runId), '', kind).slice(0, -kind.length - 1);
    const id = text(event.id);
    if (!id?.startsWith(prefix) || !id.endsWith(`:${kind}`)) return undefined;
    return id.slice(prefix.length, -kind.length - 1);
  };

  const adopt = (event: FleetEvent, now: number, isOver: (runId: string) => boolean): void => {
    const rule = rules.find((name) => name === dataOf(event.data)['rule']);
    const alertId = alertIdOf(event, 'raised');
    const key = rule && alertId !== undefined ? keyOf(rule, alertId) : undefined;
    if (!rule || alertId === undefined || key === undefined) return;
    const runId = text(event.runId);
    const known = entries.get(runId, key);
    if (known?.alertId === alertId) happenedAt(known, number(event.time) ?? now, now);
    if (known?.alertId !== undefined || (!known && entries.size >= limit)) return;
    const [threadId, agentId] = [text(event.threadId), text(event.agentId)];
    const scope: AlertScope = {
      ...(runId === undefined ? {} : { runId }),
      ...(threadId === undefined ? {} : { threadId }),
      ...(agentId === undefined ? {} : { agentId }),
    };
    const entry = known ?? enter(key, rule, scope);
    change(entry, alertId, now);
    const isPointless = !isActive(rule) || (runId !== undefined && isOver(runId));
    if (isPointless) entry.reading = { verdict: 'good', rule, scope, subject: '' };
    settle(entry, now);
  };

  const close = (event: FleetEvent, now: number): void => {
    const alertId = alertIdOf(event, 'resolved') ?? text(dataOf(event.data)['alertId']);
    if (alertId === undefined) return;
    const end = alertId.lastIndexOf(':');
    const entry = entries.get(text(event.runId), alertId.slice(0, end));
    if (entry && entry.alertId === undefined && entry.lastId === alertId) {
      happenedAt(entry, number(event.time) ?? now, now);
    }
    if (entry?.alertId !== alertId) return;
    // Somebody closed it: only something new opens it again.
    entry.reading = undefined;
    change(entry, undefined, now);
    settle(entry, now);
  };

  return {
    report,
    confirm(event, now, isOver) {
      if (event.type === 'alert.raised') adopt(event, now, isOver);
      else if (event.type === 'alert.resolved') close(event, now);
    },
    due: () => nextDue,
    advance(now) {
      if (now < nextDue) return;
      for (const [entry, due] of waiting) if (due <= now) settle(entry, now);
      nextDue = Math.min(Infinity, ...waiting.values());
    },
    endRun(runId, now) {
      for (const entry of entries.ofRun(runId)) {
        const { rule, scope } = entry;
        entry.reading = { verdict: 'good', rule, scope, subject: '' };
        settle(entry, now);
      }
    },
    scopeOf(runId, alertId) {
      const entry = entries.get(runId, alertId.slice(0, alertId.lastIndexOf(':')));
      return entry?.alertId === alertId ? entry.scope : undefined;
    },
    take() {
      if (out.length === 0) return NOTHING;
      const taken = out;
      out = [];
      return taken;
    },
    get open() {
      return open;
    },
    get suppressed() {
      return suppressed;
    },
  };
}
