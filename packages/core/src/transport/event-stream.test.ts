import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventStreamReader } from './event-stream.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a reader makes of these bytes, cut at these places. */
function read(stream: Uint8Array, cuts: readonly number[] = []): string[] {
  const messages: string[] = [];
  const reader = createEventStreamReader((data) => messages.push(data));
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const place of [...places, stream.length]) {
    reader.push(stream.subarray(start, place));
    start = place;
  }
  return messages;
}

describe('createEventStreamReader', () => {
  it.each([
    ['one line', 'data: a\n\n', ['a']],
    ['without the space', 'data:a\n\n', ['a']],
    ['only one space is taken', 'data:  a\n\n', [' a']],
    ['several lines', 'data: a\ndata: b\n\n', ['a\nb']],
    ['an empty line of data', 'data\ndata:\n\n', ['\n']],
    ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['mixed', 'data: a\r\n\n: x\rdata: b\n\r\n', ['a', 'b']],
    ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
    ['a byte order mark elsewhere is a part of a name', 'data: a\n\n\uFEFFdata: b\n\n', ['a']],
    ['comments', ': still here\n\n:\n\ndata: a\n: b\n\n', ['a']],
    ['other fields', 'id: 1\nevent: x\nretry: 1\nfoo\ndata: a\n\n', ['a']],
    ['messages without data', 'id: 1\n\nevent: x\n\n', []],
    ['a message that was cut off', 'data: a\n\ndata: b\n', ['a']],
    ['something that only begins like data', 'database: a\n\n', []],
  ])('reads %s', (_name, stream, messages) => {
    expect(read(bytes(stream))).toEqual(messages);
    // Byte by byte.
    expect(read(bytes(stream), [...bytes(stream).keys()])).toEqual(messages);
  });

  it('gives what was written, whatever the line ends and wherever it is cut', () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n]/g, ''));
    const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
    const message = fc.array(line, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, lineEnd)),
        fc.array(fc.nat()),
        fc.boolean(),
        (all, cuts, bom) => {
          const text = all
            .map(([lines, end]) => `: note${end}${lines.map((each) => `data: ${each}${end}`).join('')}${end}`)
            .join('');
          expect(read(bytes((bom ? '\uFEFF' : '') + text), cuts)).toEqual(
            all.map(([lines]) => lines.join('\n')),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('gives one frame a message, whatever its texts hold', () => {
    fc.assert(
      fc.property(fc.array(fc.json()), fc.array(fc.nat()), (frames, cuts) => {
        const text = frames.map((frame) => `data: ${frame}\n\n`).join('');
        expect(read(bytes(text), cuts)).toEqual(frames);
      }),
      { numRuns: 500 },
    );
  });

  it('reads any bytes without an error, the same wherever they are cut', () => {
    const noise = fc.array(fc.constantFrom('data', ':', ' ', '\r', '\n', '\r\n', 'a', '\uFEFF', 'é', '😀'));
    fc.assert(
      fc.property(noise, fc.array(fc.nat()), (pieces, cuts) => {
        const stream = bytes(pieces.join(''));
        expect(read(stream, cuts)).toEqual(read(stream));
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not collect a line without an end for ever', () => {
    const reader = createEventStreamReader(() => undefined);
    const piece = bytes('x'.repeat(2 ** 24));
    expect(() => {
      for (let i = 0; i < 20; i += 1) reader.push(piece);
    }).toThrow(expect.objectContaining({ code: 'BAD_FRAME' }));
  });
});
