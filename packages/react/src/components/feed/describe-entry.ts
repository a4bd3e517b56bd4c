import type { FeedEntry } from '@fleetglass/core/client';
import type { BudgetUnit } from '@fleetglass/core/protocol';
import { isEventType } from '@fleetglass/core/protocol';
import type { Texts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import type { FeedLabels } from './feed-labels.js';
import { budgetLabels } from '../budget/budget-labels.js';
import { feedLabels } from './feed-labels.js';

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
  const words = texts.labels(feedLabels);
  const who = agentName ?? entry.agentId ?? words.run;
  const { subject, detail } = partsOf(entry, texts);
  return {
    who: plainText(who),
    what: whatOf(entry, words),
    // What an agent says of itself need not repeat its name.
    subject: subject === who ? undefined : shorten(subject),
    detail: detail === subject ? undefined : shorten(detail),
    by: entry.by && words.by(plainText(entry.by.name ?? entry.by.id)),
    severity: severityWord(entry, words),
  };
}

type Parts = Pick<FeedEntry, 'subject' | 'detail'>;

function partsOf({ type, subject, detail, amounts }: FeedEntry, texts: Texts): Parts {
  const { budget, reason } = texts.labels(feedLabels);
  if (amounts) {
    const named = subject === undefined || subject === 'run' ? {} : { detail: budget(subject) };
    return { subject: writeAmounts(amounts, texts), ...named };
  }
  const isWork = type.startsWith('run.') || type.startsWith('task.');
  const why = isWork && detail !== undefined && Object.hasOwn(reason, detail) ? reason[detail] : detail;
  // The panel is about this run; its name is told once.
  const told = type.startsWith('run.') && type !== 'run.created' ? undefined : subject;
  return {
    ...(told === undefined ? {} : { subject: told }),
    ...(why === undefined || isCutOff({ type, detail }) ? {} : { detail: why }),
  };
}

/** The fold says so of a span that ended before it told anything. */
const isCutOff = ({
  type,
  detail,
}: {
  readonly type: string;
  readonly detail?: string | undefined;
}): boolean => type === 'span.ended' && detail === 'cancelled';

/** A question, a pause or a limit is marked, but the sentence itself says what it is. */
function severityWord({ severity, type }: FeedEntry, words: FeedLabels): string | undefined {
  if (/^(?:budget|approval)\./.test(type)) return undefined;
  if (severity === 'error') return words.severity.error;
  return severity === 'warning' && !type.startsWith('run.') ? words.severity.warning : undefined;
}

function whatOf(entry: FeedEntry, words: FeedLabels): string {
  const { type, severity } = entry;
  if (type === 'span.ended' && severity === 'error') return words.spanFailed;
  if (isCutOff(entry)) return words.spanCutOff;
  return (isEventType(type) ? words.event[type] : undefined) ?? type;
}

function writeAmounts(
  { spent, limit, unit }: NonNullable<FeedEntry['amounts']>,
  { labels, format }: Texts,
): string {
  const write: { readonly [U in BudgetUnit]: (value: number) => string } = {
    usd: format.chosenMoney,
    tokens: (value) => labels(budgetLabels).unit.tokens(format.compact(value)),
    steps: (value) => labels(budgetLabels).unit.steps(format.compact(value)),
    seconds: (value) => format.duration(value * 1000),
  };
  return spent === undefined
    ? write[unit](limit)
    : labels(budgetLabels).of(write[unit](spent), write[unit](limit));
}

export function sentence({ who, what, subject }: EntryDescription): string {
  return [who, what, subject].filter((part) => part !== undefined).join(' ');
}

function shorten(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  return plainText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
