import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Column, Database } from './database.js';

/** Characters from which on a string of a JSON text is stored apart. */
const MIN_CHARACTERS = 1_024;
/** Longest piece: just below sixteen pages of the file, so that little of the last one stays empty. */
const MAX_CHARACTERS = 65_000;
/** Characters from which on text between long strings is cut up too. */
const MIN_STRETCH = 16_384;
const MIN_CUT = 8_192;
/** One place in 2^15 is a cut. */
const CUT_BITS = 15;
/** Above it shortening would hold up everything else for too long. */
const MAX_DEFLATED_CHARACTERS = 262_144;
/** More than the UTF-8 of a piece can have. */
const MAX_PIECE_BYTES = 4 * MAX_CHARACTERS;
/** More than a row of events can have. */
const MAX_PACKED_BYTES = 512 * 1024 * 1024;
/** Stands around the number of a piece. JSON texts do not hold it: it is escaped there. */
const MARK = '\u0001';

/**
 * Long pieces of the texts that a store keeps, each stored once: what a task returned is in its record, in its event and
 * in the output of the run, and none of them knows of the others. Pieces are long strings, and what large texts are cut
 * into between them. Every call happens inside a transaction.
 */
export interface LongTexts {
  /**
   * @param text JSON, or anything without U+0001
   * @returns what to keep in its place
   */
  encode(text: string): string;
  decode(kept: Column | undefined): string;
  /** What was encoded, in less room; decoding it takes longer. */
  pack(kept: string): Uint8Array;
  /** What was kept is deleted. */
  release(kept: Column | undefined): void;
}

/** Places of the quotation marks around the long strings of a JSON text. */
function* longStrings(text: string): IterableIterator<readonly [number, number]> {
  for (let open = text.indexOf('"'); open !== -1;) {
    let close = text.indexOf('"', open + 1);
    while (close !== -1 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
    if (close === -1) return;
    if (close - open > MIN_CHARACTERS) yield [open, close];
    open = text.indexOf('"', close + 1);
  }
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd8_00 && code <= 0xdb_ff;

/** A number without a pattern for each byte. */
const GEAR: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  const mixed = Math.imul(byte + 1, 0x9e37_79b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b) ^ (mixed << 9);
});

/**
 * End of the piece that begins at `from`. The 32 characters before a cut decide on it and not its place, so that what
 * two texts have in common is cut alike in both (gear hash: Xia and others, "FastCDC", USENIX ATC 2016).
 */
function cutAfter(text: string, from: number): number {
  const limit = Math.min(from + MAX_CHARACTERS, text.length);
  let rolling = 0;
  for (let at = from + MIN_CUT - 32; at < limit; at += 1) {
    rolling = (rolling << 1) + (GEAR[text.charCodeAt(at) & 255] as number);
    if (rolling >>> (32 - CUT_BITS) === 0 && at >= from + MIN_CUT) return at + 1;
  }
  return limit;
}

/** @param isString strings are cut at the same places always, since both of their ends are known */
function* piecesOf(text: string, isString: boolean): IterableIterator<string> {
  for (let from = 0; from < text.length;) {
    let to = isString ? Math.min(from + MAX_CHARACTERS, text.length) : cutAfter(text, from);
    // Half a pair has no UTF-8.
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to += 1;
    yield text.slice(from, to);
    from = to;
  }
}

/** Text as it was encoded, packed or not. */
function unpacked(column: Column | undefined): string {
  if (!(column instanceof Uint8Array)) return String(column);
  return inflateRawSync(column, { maxOutputLength: MAX_PACKED_BYTES }).toString();
}

export function createLongTexts(database: Database): LongTexts {
  const find = database.prepare('SELECT id FROM pieces WHERE hash = ?');
  const insert = database.prepare(
    'INSERT INTO pieces (hash, refs, deflated, bytes) VALUES (?, 1, ?, ?) RETURNING id',
  );
  const retain = database.prepare('UPDATE pieces SET refs = refs + 1 WHERE id = ?');
  const read = database.prepare('SELECT deflated, bytes FROM pieces WHERE id = ?');
  const drop = database.prepare('UPDATE pieces SET refs = refs - 1 WHERE id = ? RETURNING refs');
  const remove = database.prepare('DELETE FROM pieces WHERE id = ?');

  const keep = (piece: string, mayDeflate: boolean): number => {
    const bytes = Buffer.from(piece);
    const digest = hash('sha256', bytes, 'buffer');
    const known = find.get(digest)?.[0];
    if (known !== undefined) {
      retain.run(Number(known));
      return Number(known);
    }
    const deflated = mayDeflate ? deflateRawSync(bytes, { level: 1 }) : undefined;
    const isShorter = deflated !== undefined && deflated.length < bytes.length * 0.9;
    return Number(insert.get(digest, isShorter ? 1 : 0, isShorter ? deflated : bytes)?.[0]);
  };

  const textOf = (id: number): string => {
    const row = read.get(id);
    if (!row) throw new Error(`piece ${id} is missing`);
    const bytes = row[1] as Uint8Array;
    const whole = row[0] === 1 ? inflateRawSync(bytes, { maxOutputLength: MAX_PIECE_BYTES }) : bytes;
    return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString();
  };

  const apart = (text: string, isString: boolean): string => {
    const mayDeflate = text.length <= MAX_DEFLATED_CHARACTERS;
    let kept = '';
    for (const piece of piecesOf(text, isString)) kept += MARK + String(keep(piece, mayDeflate)) + MARK;
    return kept;
  };
  const stretch = (text: string): string => (text.length < MIN_STRETCH ? text : apart(text, false));

  return {
    encode(text) {
      if (text.length <= MIN_CHARACTERS) return text;
      let kept = '';
      let from = 0;
      for (const [open, close] of longStrings(text)) {
        kept += stretch(text.slice(from, open + 1)) + apart(text.slice(open + 1, close), true);
        from = close;
      }
      return kept + stretch(text.slice(from));
    },
    pack: (kept) => deflateRawSync(Buffer.from(kept), { level: 6 }),
    decode(column) {
      const kept = unpacked(column);
      if (!kept.includes(MARK)) return kept;
      return kept
        .split(MARK)
        .map((part, index) => (index % 2 === 1 ? textOf(Number(part)) : part))
        .join('');
    },
    release(column) {
      const parts = unpacked(column).split(MARK);
      for (let index = 1; index < parts.length; index += 2) {
        const id = Number(parts[index]);
        if (drop.get(id)?.[0] === 0) remove.run(id);
      }
    },
  };
}
