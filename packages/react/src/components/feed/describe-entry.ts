import type { FeedEntry } from '@fleetglass/core/client';
import { isEventType } from '@fleetglass/core/protocol';
import type { Texts } from '../../context/monitor-context.js';

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
  { labels }: Texts,
): EntryDescription {
  const words = labels.feed;
  const severity =
    entry.severity === 'error' || entry.severity === 'warning' ? words.severity[entry.severity] : undefined;
  return {
    who: agentName ?? entry.agentId ?? words.run,
    what: (isEventType(entry.type) ? words.event[entry.type] : undefined) ?? entry.type,
    subject: shorten(entry.subject),
    detail: entry.detail === entry.subject ? undefined : shorten(entry.detail),
    by: entry.by && words.by(entry.by.name ?? entry.by.id),
    severity,
  };
}

export function sentence({ who, what, subject }: EntryDescription): string {
  return [who, what, subject].filter((part) => part !== undefined).join(' ');
}

function shorten(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
