import { createHash } from 'node:crypto';
import { FleetglassError } from '@fleetglass/core';
import * as z from 'zod';
import type { Call } from './endpoint.js';
import { whole } from './values.js';

/** Most items of one page. */
const MOST_ITEMS = 200;

/** Parameters of every list that comes in pages. */
export const pageQuery = {
  limit: whole(1, MOST_ITEMS).default(50),
  cursor: z
    .string()
    .max(2_048)
    .describe('`nextCursor` of the page before, with the same other parameters')
    .optional(),
};

/** The part of a query that pages share. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Where a page begins. */
export interface Place {
  /** Position of the log: of the whole list, or of the item before in a list of events. */
  readonly seq: number;
  /** Items before it. */
  readonly at: number;
  /** The item before it. */
  readonly after: string;
}

/** Text that is equal for the same question, whatever page of it is wanted. */
function questionOf({ path, params, query }: Call): string {
  const { cursor: _, limit: _limit, ...rest } = query as Readonly<Record<string, unknown>>;
  const text = JSON.stringify([path, params, Object.entries(rest).sort()]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

/** A cursor for the page after this one. */
export const encodePlace = (call: Call, { seq, at, after }: Place): string =>
  Buffer.from(JSON.stringify([call.reader.log.epoch, seq, at, after, questionOf(call)])).toString(
    'base64url',
  );

const invalid = (): FleetglassError =>
  new FleetglassError('CURSOR_INVALID', 'The cursor is malformed; begin with the first page.');

const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Where the wanted page begins; `undefined` for the first one.
 *
 * @throws FleetglassError `CURSOR_INVALID` for one that was not made by {@link encodePlace} for the same question,
 * `CURSOR_TOO_OLD` for one of a former life of the log
 */
export function placeOf(call: Call<unknown, PageQuery>): Place | undefined {
  const { cursor } = call.query;
  if (cursor === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalid();
  }
  if (!Array.isArray(value)) throw invalid();
  const [epoch, seq, at, after, question] = value as unknown[];
  if (!isPosition(seq) || !isPosition(at)) throw invalid();
  if (typeof epoch !== 'string' || typeof after !== 'string' || typeof question !== 'string') throw invalid();
  if (question !== questionOf(call)) {
    throw new FleetglassError(
      'CURSOR_INVALID',
      'The cursor belongs to another question: repeat the parameters of the first page.',
    );
  }
  const { log } = call.reader;
  if (epoch !== log.epoch || seq > log.head()) {
    throw new FleetglassError(
      'CURSOR_TOO_OLD',
      'The cursor belongs to a former life of the log; begin with the first page.',
    );
  }
  return { seq, at, after };
}
