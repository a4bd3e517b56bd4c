import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../log/memory-store.js';
import { createEmitter } from './emitter.js';

/** What is stored of a text that arrives in these pieces. */
async function streamed(pieces: readonly string[], between: readonly string[] = []): Promise<string> {
  const store = createMemoryStore();
  const emitter = createEmitter({ store });
  pieces.forEach((text, index) => {
    emitter.emit({ type: 'message.delta', runId: 'r', data: { messageId: 'm', kind: 'text', text } });
    const other = between[index];
    if (other !== undefined)
      emitter.emit({
        type: 'message.delta',
        runId: 'r',
        data: { messageId: 'n', kind: 'text', text: other },
      });
  });
  await emitter.close();
  const { events } = await store.read({ from: 1, limit: 10_000 });
  return events
    .map(({ data }) => data as unknown as { readonly messageId: string; readonly text: string })
    .filter(({ messageId }) => messageId === 'm')
    .map(({ text }) => text)
    .join('');
}

const cut = (text: string, ...places: number[]): string[] => {
  const ends = [...new Set(places.map((place) => place % text.length))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
};

const SECRETS = {
  key: `sk-ant-api03-${'Ab3dE5gH'.repeat(6)}`,
  token: `fgt_${'x7Kq-2Lm_9Zr'.repeat(4).slice(0, 43)}`,
  github: `ghp_${'a1B2c3D4e5'.repeat(4)}`,
  web: `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIxMjM0In0'.repeat(8)}.c2lnbmF0dXJl0123456789`,
};

describe('a secret that a stream cuts into pieces', () => {
  it.each(Object.entries(SECRETS))(
    '[SEC-23] is masked wherever it is cut, but for a beginning that is none yet: %s',
    async (_name, secret) => {
      const text = `the key is ${secret} and that is all`;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(text.length), { minLength: 1, maxLength: 6 }), async (places) => {
          const stored = await streamed(cut(text, ...places));
          expect(stored.startsWith('the key is ')).toBe(true);
          expect(stored.endsWith(' and that is all')).toBe(true);
          const at = stored.indexOf('the key is ') + 'the key is '.length;
          const told = stored.slice(at, stored.indexOf('[redacted]'));
          expect(stored).toContain('[redacted]');
          expect(told.length).toBeLessThan(30);
          expect(stored).not.toContain(secret.slice(-12));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('[SEC-23] is masked in pieces of one character too, and between pieces of another message', async () => {
    const text = `Authorization: Bearer ${SECRETS.key}\nnext`;
    const pieces = Array.from(text);
    const stored = await streamed(
      pieces,
      pieces.map(() => 'x '),
    );
    expect(stored).not.toContain(SECRETS.key.slice(30));
    expect(stored.endsWith('\nnext')).toBe(true);
  });

  it('[SEC-23] is masked as long as a private key goes on, and only so long', async () => {
    const body = Array.from(
      { length: 40 },
      (_, line) => `MIIE${String(line).padStart(4, '0')}${'abcd'.repeat(12)}\n`,
    );
    const stored = await streamed([
      'here:\n-----BEGIN PRIVATE KEY-----\n',
      ...body,
      '-----END PRIVATE KEY-----\n',
      'and on it goes',
    ]);
    expect(stored).not.toContain('MIIE');
    expect(stored.endsWith('and on it goes')).toBe(true);
  });

  it('changes nothing of a text that holds none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 30 }),
        async (pieces) => {
          expect(await streamed(pieces)).toBe(pieces.join(''));
        },
      ),
      { numRuns: 100 },
    );
  });
});
