import * as z from 'zod';
import { component } from './component.js';

/*
 * Parts of several answers and questions. Answers are described loosely enough that a newer host may add fields, and
 * exactly enough that a client can be generated.
 */

export const id = z.string().min(1).max(256);
export const count = z.number().int().min(0);
/** Milliseconds since the epoch. */
export const time = z.number().int().meta(component('Time', 'Milliseconds since the Unix epoch'));
/** Whole nano-dollars, below zero where an estimate was taken back. */
export const nanoUsd = z.number().describe('Nano-dollars (1 USD = 1e9)');
export const json = z.unknown().describe('Any JSON value');
export const jsonObject = z.record(z.string(), z.unknown());

export const workStatus = z
  .enum(['queued', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled', 'skipped', 'stopped'])
  .meta(component('WorkStatus'));
export const agentStatus = z
  .enum(['idle', 'active', 'waiting', 'completed', 'failed', 'offline'])
  .meta(component('AgentStatus'));
export const complexity = z.enum(['simple', 'moderate', 'complex']).meta(component('Complexity'));
export const priority = z.enum(['critical', 'high', 'normal', 'low']).meta(component('Priority'));

export const actor = z.object({ id: z.string(), name: z.string().optional() }).meta(component('Actor'));
export const failure = z
  .object({ code: z.string(), message: z.string(), retryable: z.boolean().optional() })
  .meta(component('Failure'));

export const costTotals = z
  .object({
    nanoUsd,
    byBasis: z
      .object({
        billed: z.number().optional(),
        list: z.number().optional(),
        custom: z.number().optional(),
        simulated: z.number().optional(),
      })
      .describe('The known part by where it comes from'),
    unknownCalls: count.describe('Calls without a known price; above 0 the amount is a lower bound'),
  })
  .meta(component('CostTotals'));

export const usageTotals = z
  .object({
    inputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheWrite5mTokens: z.number(),
    cacheWrite1hTokens: z.number(),
    outputTokens: z.number(),
    reasoningTokens: z.number(),
  })
  .meta(component('UsageTotals', 'Cached tokens are parts of the input, reasoning of the output'));

export const totals = z
  .object({
    cost: costTotals,
    usage: usageTotals,
    modelCalls: z.number(),
    toolCalls: z.number(),
    toolErrors: z.number(),
  })
  .meta(component('Totals'));

export const payload = z
  .union([
    z.object({ kind: z.literal('inline'), value: json }),
    z.object({
      kind: z.literal('blob'),
      ref: z.string().describe('Fetch it from /api/v1/blobs/{ref}'),
      bytes: count,
      mediaType: z.string(),
      preview: z.string(),
    }),
  ])
  .meta(component('Payload'));

/** What every error is answered with. */
export const wireError = z
  .object({
    code: z.string(),
    message: z.string().describe('What went wrong and what to do about it'),
    details: jsonObject.optional(),
    requestId: z.string().optional(),
    timestamp: time.optional(),
  })
  .meta(component('Error'));

const split = (value: unknown): unknown => {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((part) => (typeof part === 'string' ? part.split(',').filter(Boolean) : [part]));
};

/** Several values of a query: `a,b`, or the parameter again. */
export const listOf = <T extends z.ZodType>(item: T, most = 20) =>
  z.preprocess(split, z.array(item).min(1).max(most)).meta({ param: { style: 'form', explode: false } });

const TIME_HINT =
  'expected milliseconds since the epoch, or a date such as 2026-01-31 or 2026-01-31T12:00:00Z';

function readTime(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  const parsed = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? value : parsed;
}

/** A moment in a query: milliseconds, or a date in ISO 8601. */
export const moment = z
  .preprocess(
    readTime,
    z
      .number({ error: `Invalid time: ${TIME_HINT}` })
      .int()
      .min(0),
  )
  .meta({
    type: ['integer', 'string'],
    description: 'Milliseconds since the epoch, or a date in ISO 8601',
  });

export const flag = z
  .preprocess(
    (value) => (value === 'true' ? true : value === 'false' ? false : value),
    z.boolean({ error: 'Invalid option: expected true or false' }),
  )
  .meta({ type: 'boolean' });

/** Words that are looked for. */
export const words = z.string().min(1).max(500);

/** A whole number in a query. */
export const whole = (least: number, most: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
      z
        .number({ error: `Invalid number: expected a whole number from ${least} to ${most}` })
        .int()
        .min(least)
        .max(most),
    )
    .meta({ type: 'integer', minimum: least, maximum: most });
