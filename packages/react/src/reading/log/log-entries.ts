import type { FleetEvent } from '@fleetglass/core/protocol';

export type LogLevelName = 'debug' | 'info' | 'warn' | 'error';

/** One line of a log. */
export interface LogEntry {
  readonly key: string;
  /** Position in the log, or number of the line. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly time?: number | undefined;
  readonly level: LogLevelName;
  /** What happened: an event's type, or what a line calls it. */
  readonly type: string;
  readonly agentId?: string | undefined;
  readonly tool?: string | undefined;
  /** A file that it is about. */
  readonly path?: string | undefined;
  /** What is shown, searched and marked. */
  readonly text: string;
  /** Absent for a line that is no JSON. */
  readonly value?: unknown;
  /** As it is downloaded. */
  readonly line: () => string;
}

/** A tool that was called, on the strip of time. */
export interface LogCall {
  readonly key: string;
  readonly tool: string;
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
  readonly running: boolean;
}

export interface Log {
  readonly entries: readonly LogEntry[];
  readonly calls: readonly LogCall[];
  /** Lines that are no JSON. */
  readonly malformed: number;
  /** Something was left out to keep memory bounded. */
  readonly cut: boolean;
}

type Fields = { readonly [name: string]: unknown };

/** Most characters of a line that are searched. */
const LONGEST = 20_000;
const MOST_LINES = 200_000;
const MOST_CHARACTERS = 30_000_000;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textIn = (fields: Fields, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
};

const texts = new WeakMap<FleetEvent, string>();

function textOfEvent(event: FleetEvent): string {
  const known = texts.get(event) ?? JSON.stringify(event.data).slice(0, LONGEST);
  texts.set(event, known);
  return known;
}

const LEVELS: { readonly [word: string]: LogLevelName } = {
  debug: 'debug',
  trace: 'debug',
  warn: 'warn',
  warning: 'warn',
  cancelled: 'warn',
  error: 'error',
  fatal: 'error',
  critical: 'error',
  failed: 'error',
};

/** Events of a log as its lines, and the tools that they tell of. */
export function readEvents(events: readonly FleetEvent[]): Log {
  const tools = new Map<string, string>();
  const calls = new Map<string, LogCall>();
  const entries = events.map((event): LogEntry => {
    const data = fieldsOf(event.data);
    const span = event.type.startsWith('span.') ? event.spanId : undefined;
    const name = textIn(data, 'name');
    const isTool = data['kind'] === 'tool' || data['kind'] === 'mcp';
    if (span !== undefined && event.type === 'span.started' && isTool && name !== undefined) {
      tools.set(span, name);
      const at = { from: event.time, to: event.time, failed: false, running: true };
      calls.set(span, { key: String(event.seq), tool: name, ...at });
    }
    const begun = span !== undefined && event.type === 'span.ended' ? calls.get(span) : undefined;
    if (span !== undefined && begun) {
      const to = Math.max(begun.from, event.time);
      calls.set(span, { ...begun, to, failed: data['status'] === 'error', running: false });
    }
    return {
      key: String(event.seq),
      number: event.seq,
      time: event.time,
      level: LEVELS[textIn(data, 'level', 'status') ?? ''] ?? 'info',
      type: event.type,
      agentId: event.agentId,
      tool: span === undefined ? undefined : tools.get(span),
      path: event.type.startsWith('file.') ? textIn(data, 'path') : undefined,
      text: textOfEvent(event),
      value: event,
      line: () => JSON.stringify(event),
    };
  });
  return { entries, calls: [...calls.values()], malformed: 0, cut: false };
}

/** Text of a JSONL file as its lines; those that are no JSON stay text. */
export function readLines(text: string): Log {
  const entries: LogEntry[] = [];
  const calls: LogCall[] = [];
  let [malformed, number] = [0, 0];
  const end = Math.min(text.length, MOST_CHARACTERS);
  let from = 0;
  for (; from < end && entries.length < MOST_LINES;) {
    const lineEnd = text.indexOf('\n', from);
    const raw = text.slice(from, lineEnd < 0 ? end : Math.min(lineEnd, end)).replace(/\r$/, '');
    from = lineEnd < 0 ? end : lineEnd + 1;
    number += 1;
    if (raw.trim() === '') continue;
    const entry = readLine(raw, number);
    if (entry.value === undefined) malformed += 1;
    if (entry.tool !== undefined && entry.time !== undefined) {
      const { key, tool, time, level } = entry;
      calls.push({ key, tool, from: time, to: time, failed: level === 'error', running: false });
    }
    entries.push(entry);
  }
  return { entries, calls, malformed, cut: from < text.length };
}

function readLine(raw: string, number: number): LogEntry {
  const base = { key: `line ${number}`, number, text: raw.slice(0, LONGEST), line: () => raw };
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { ...base, level: 'info', type: '' };
  }
  const fields = fieldsOf(value);
  const data = fieldsOf(fields['data']);
  const level = textIn(fields, 'level', 'severity', 'lvl') ?? textIn(data, 'level', 'status') ?? '';
  return {
    ...base,
    time: timeIn(fields),
    level: LEVELS[level.toLowerCase()] ?? 'info',
    type: textIn(fields, 'type', 'event', 'kind') ?? '',
    agentId: textIn(fields, 'agentId', 'agent', 'agent_id'),
    tool: toolIn(fields, data),
    path: textIn(data, 'path') ?? textIn(fields, 'path', 'file_path'),
    // A line of `null` is JSON too.
    value: value ?? 'null',
  };
}

function timeIn(fields: Fields): number | undefined {
  for (const name of ['time', 'timestamp', 'ts', '@timestamp', 'date']) {
    const value = fields[name];
    const time =
      typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN;
    // Seconds or milliseconds: no log is older than 1973.
    if (Number.isFinite(time)) return Math.abs(time) < 1e11 && typeof value === 'number' ? time * 1000 : time;
  }
  return undefined;
}

/** Where loggers put the name of a tool: beside the line's type, or in the message that calls it. */
function toolIn(fields: Fields, data: Fields): string | undefined {
  const direct = textIn(fields, 'tool', 'toolName', 'tool_name');
  if (direct !== undefined) return direct;
  if (data['kind'] === 'tool' || data['kind'] === 'mcp') return textIn(data, 'name');
  const content = fieldsOf(fields['message'])['content'] ?? fields['content'];
  if (!Array.isArray(content)) return undefined;
  const call: unknown = content.find((part) => isFields(part) && part['type'] === 'tool_use');
  return textIn(fieldsOf(call), 'name');
}

/** What of a log is shown. */
export interface LogFilter {
  readonly tool: string;
  /** Least level: `info` shows all. */
  readonly level: LogLevelName;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const RANK: { readonly [L in LogLevelName]: number } = { debug: 0, info: 0, warn: 1, error: 2 };

export function filterLog(entries: readonly LogEntry[], filter: LogFilter): readonly LogEntry[] {
  const { tool, level, from = -Infinity, to = Infinity } = filter;
  if (tool === '' && RANK[level] === 0 && from === -Infinity && to === Infinity) return entries;
  return entries.filter(
    (entry) =>
      (tool === '' || entry.tool === tool) &&
      RANK[entry.level] >= RANK[level] &&
      (entry.time === undefined || (entry.time >= from && entry.time <= to)),
  );
}
