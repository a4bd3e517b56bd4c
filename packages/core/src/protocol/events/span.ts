import type { Cost, Usage } from '../usage.js';
import type { Failure, Payload } from '../payload.js';

/** What a span does: ask a model, call a tool, retrieve, hand over, use an MCP server, or something of its own. */
export type SpanKind = 'model' | 'tool' | 'retrieval' | 'handoff' | 'mcp' | 'custom';

/** What became of a span. */
export type SpanStatus = 'ok' | 'error' | 'cancelled';

/** A timed piece of work began. Every event of a span carries the same `runId`, `agentId`, `taskId` and `spanId`. */
export interface SpanStartedData {
  readonly kind: SpanKind;
  /** Tool, model or step name as shown to people. */
  readonly name: string;
  readonly model?: string;
  readonly provider?: string;
  readonly input?: Payload;
  /** Nano-dollars reserved for a model call before it began. */
  readonly reservedNanoUsd?: number;
}

/** Replaces the given fields while the span runs. */
export interface SpanUpdatedData {
  readonly name?: string;
  readonly model?: string;
  readonly provider?: string;
  /** For sources that know it only after the start. */
  readonly input?: Payload;
}

/** The span is over. `usage` and `cost` are those of the whole span and replace what `usage.recorded` accumulated. */
export interface SpanEndedData {
  readonly status: SpanStatus;
  readonly model?: string;
  readonly usage?: Usage;
  /** Cost that counts: the recorded one where the source has one, otherwise computed. */
  readonly cost?: Cost;
  /** Cost computed from list prices, kept beside a recorded one. */
  readonly computedCost?: Cost;
  readonly output?: Payload;
  readonly error?: Failure;
  /** Milliseconds from start to the first token. */
  readonly firstTokenMs?: number;
  /** Nano-dollars by which the call cost more than was reserved for it. */
  readonly overrunNanoUsd?: number;
  /** The result was recorded earlier and is used again; nothing was paid. */
  readonly reused?: boolean;
}

/** Data of the events of spans, by type. */
export interface SpanEvents {
  'span.started': SpanStartedData;
  'span.updated': SpanUpdatedData;
  'span.ended': SpanEndedData;
}

/**
 * Tokens and money spent since the last record of the same span: a difference, provisional until `span.ended`
 * replaces the sum. Without a `spanId` it is final. May be merged by adding.
 */
export interface UsageRecordedData {
  readonly usage: Usage;
  readonly cost?: Cost;
  readonly model?: string;
  /**
   * Without a `spanId`: model calls that it stands for, where a source tells their sum and not each. They have no
   * spans of their own. @default none are counted
   */
  readonly calls?: number;
}

/** Data of the events of usage, by type. */
export interface UsageEvents {
  'usage.recorded': UsageRecordedData;
}
