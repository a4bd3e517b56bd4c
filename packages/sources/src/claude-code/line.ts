import { isRecord, text } from '../lib/guards.js';

/** A line of a session file that is a JSON object; every field was checked, what was odd is absent. */
export interface SessionLine {
  readonly type: string | undefined;
  readonly subtype: string | undefined;
  readonly uuid: string | undefined;
  readonly parentUuid: string | undefined;
  readonly sessionId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number | undefined;
  readonly agentId: string | undefined;
  readonly requestId: string | undefined;
  readonly isSidechain: boolean;
  /** Written by the tool itself, not by a person. */
  readonly isMeta: boolean;
  readonly isCompactSummary: boolean;
  readonly isApiError: boolean;
  readonly cwd: string | undefined;
  readonly gitBranch: string | undefined;
  readonly version: string | undefined;
  readonly costUsd: number | undefined;
  readonly message: SessionMessage | undefined;
  /** What a tool returned, structured; its shape is the tool's own. */
  readonly toolUseResult: unknown;
  readonly data: Record<string, unknown> | undefined;
  readonly parentToolUseId: string | undefined;
  readonly compact: Record<string, unknown> | undefined;
}

export interface SessionMessage {
  readonly id: string | undefined;
  readonly role: string | undefined;
  readonly model: string | undefined;
  readonly stopReason: string | undefined;
  readonly content: readonly unknown[];
  readonly usage: Record<string, unknown> | undefined;
}

/** Reads one line. @returns why not, when it is not a JSON object */
export function parseLine(line: string): SessionLine | 'not JSON' | 'not an object' {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  return isRecord(value) ? toSessionLine(value) : 'not an object';
}

export function toSessionLine(value: Record<string, unknown>): SessionLine {
  return {
    type: text(value['type']),
    subtype: text(value['subtype']),
    uuid: text(value['uuid']),
    parentUuid: text(value['parentUuid']),
    sessionId: identifier(value['sessionId']),
    time: timeOf(value['timestamp']),
    agentId: identifier(value['agentId']),
    requestId: identifier(value['requestId']),
    isSidechain: value['isSidechain'] === true,
    isMeta: value['isMeta'] === true,
    isCompactSummary: value['isCompactSummary'] === true,
    isApiError: value['isApiErrorMessage'] === true,
    cwd: text(value['cwd']),
    gitBranch: text(value['gitBranch']),
    version: text(value['version']),
    costUsd: amount(value['costUSD']),
    message: toMessage(value['message']),
    toolUseResult: value['toolUseResult'],
    data: isRecord(value['data']) ? value['data'] : undefined,
    parentToolUseId: identifier(value['parentToolUseID']),
    compact: isRecord(value['compactMetadata']) ? value['compactMetadata'] : undefined,
  };
}

function toMessage(value: unknown): SessionMessage | undefined {
  if (!isRecord(value)) return undefined;
  const content = value['content'];
  return {
    id: identifier(value['id']),
    role: text(value['role']),
    model: text(value['model']),
    stopReason: text(value['stop_reason']),
    content: Array.isArray(content) ? content : typeof content === 'string' ? [content] : [],
    usage: isRecord(value['usage']) ? value['usage'] : undefined,
  };
}

/** Longest id that is taken over; a longer one is no id. */
const MAX_ID_LENGTH = 200;

export function identifier(value: unknown): string | undefined {
  const id = text(value);
  return id !== undefined && id.length <= MAX_ID_LENGTH ? id : undefined;
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) && time >= 0 ? time : undefined;
}

/** No call costs more, in USD. */
const MAX_AMOUNT = 1_000_000;

function amount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_AMOUNT ? value : undefined;
}
