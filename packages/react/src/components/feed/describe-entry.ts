import type { FeedEntry } from '@fleetglass/core/client';
import { isEventType } from '@fleetglass/core/protocol';
import type { Texts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import type { FeedLabels } from './feed-labels.js';

/** The parts of a feed entry's sentence. */
export interface EntryDescription {
  readonly who: string;
  readonly what: string;
  readonly subject: string | undefined;
  readonly detail: string | undefined;
  readonly by: string | undefined;
  readonly severity: string | undefined;
}

/** Longest text of an agent that a line shows; the rest is in the log. */
const LONGEST = 240;

export function describeEntry(
  entry: FeedEntry,
  agentName: string | undefined,
  texts: Texts,
): EntryDescription {
  const words = texts.labels.feed;
  const severity = severityWord(entry, words);
  const who = agentName ?? entry.agentId ?? words.run;
  const detail = entry.type.startsWith('budget.') ? budgetAmounts(entry.detail, texts) : entry.detail;
  return {
    who: plainText(who),
    what: whatOf(entry, words),
    // What an agent says of itself need not repeat its name.
    subject: entry.subject === who ? undefined : shorten(entry.subject),
    detail: detail === entry.subject ? undefined : shorten(detail),
    by: entry.by && words.by(plainText(entry.by.name ?? entry.by.id)),
    severity,
  };
}

/** A question or a pause is marked, but the sentence itself says what it is. */
function severityWord({ severity, type }: FeedEntry, words: FeedLabels): string | undefined {
  if (severity === 'error') return words.severity.error;
  const saysItself = type.startsWith('approval.') || type.startsWith('run.');
  return severity === 'warning' && !saysItself ? words.severity.warning : undefined;
}

function whatOf({ type, severity }: FeedEntry, words: FeedLabels): string {
  if (type === 'span.ended' && severity === 'error') return words.spanFailed;
  return (isEventType(type) ? words.event[type] : undefined) ?? type;
}

/** The fold writes amounts of a budget as "spent/limit unit"; people read them with their unit's format. */
function budgetAmounts(detail: string | undefined, { labels, format }: Texts): string | undefined {
  const match = /^(?:([\d.e+]+)\/)?([\d.e+]+) (usd|tokens|steps|seconds)$/.exec(detail ?? '');
  if (!match) return detail;
  const [, spent, limit = '', unit] = match;
  const write = (amount: string): string => {
    const value = Number(amount);
    if (unit === 'usd') return format.chosenMoney(value);
    if (unit === 'seconds') return format.duration(value * 1000);
    return labels.budget.unit[unit === 'tokens' ? 'tokens' : 'steps'](format.compact(value));
  };
  return spent === undefined ? write(limit) : labels.budget.of(write(spent), write(limit));
}

export function sentence({ who, what, subject }: EntryDescription): string {
  return [who, what, subject].filter((part) => part !== undefined).join(' ');
}

function shorten(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  return plainText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
