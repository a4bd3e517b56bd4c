import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileJson } from '../testing/arbitraries.js';
import { createRedactor } from './redact.js';

const redactor = createRedactor();
/** Put together at run time, so that no scanner takes this file for a leak. */
const random = (length: number): string => 'aB3dE6gH9jKmN2pQ5sTv8xYz'.repeat(20).slice(0, length);

const SECRETS: Record<string, string> = {
  anthropic: `sk-ant-api03-${random(95)}`,
  openai: `sk-proj-${random(48)}`,
  stripe: `sk_live_${random(24)}`,
  github: `ghp_${random(36)}`,
  githubFineGrained: `github_pat_${random(82)}`,
  gitlab: `glpat-${random(20)}`,
  slack: `xoxb-${random(40)}`,
  aws: `AKIA${random(16).toUpperCase()}`,
  google: `AIza${random(35)}`,
  npm: `npm_${random(36)}`,
  huggingFace: `hf_${random(34)}`,
  langfuse: `sk-lf-${random(36)}`,
  jwt: `eyJ${random(30)}.eyJ${random(60)}.${random(43)}`,
};

describe('secrets in text', () => {
  it.each(Object.entries(SECRETS))('finds a key of %s wherever it stands', (_name, secret) => {
    for (const [before, after] of [
      ['', ''],
      ['the key is ', ' and that is all'],
      ['key=', '\n'],
      ['{"key":"', '"}'],
      ['(', ')'],
      ['https://example.com/?k=', '&x=1'],
      ['naïve 漢字 ', ' 漢字'],
      ['a'.repeat(5_000) + ' ', ' b'.repeat(5_000)],
    ] as const) {
      const text = redactor.text(before + secret + after);
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(-12));
      expect(text).toBe(`${before}[redacted]${after}`);
    }
  });

  it.each([
    ['Authorization: Bearer abcDEF0123456789/+xyz==', 'Authorization: [redacted]'],
    ['curl -H "authorization: Basic dXNlcjpwYXNzd29yZDEy" x', 'curl -H "authorization: [redacted]" x'],
    ['sent Bearer abcDEF0123456789abc to it', 'sent Bearer [redacted] to it'],
    ['Cookie: sid=a1b2c3; theme=dark\nHost: x', 'Cookie: [redacted]\nHost: x'],
    ['postgres://app:hunter2@db.local:5432/x', 'postgres://app:[redacted]@db.local:5432/x'],
    ['redis://:s3cret@cache:6379', 'redis://:[redacted]@cache:6379'],
    ['PASSWORD=hunter2x\nUSER=me', 'PASSWORD=[redacted]\nUSER=me'],
    ['{"password": "correct horse", "a": 1}', '{"password": "[redacted]", "a": 1}'],
    [`password: "it's mine"`, 'password: "[redacted]"'],
    ['export GITHUB_TOKEN=abc123def', 'export GITHUB_TOKEN=[redacted]'],
    ['api_key: 12345678', 'api_key: [redacted]'],
    ['{\\"apiKey\\":\\"abcdefgh\\"}', '{\\"apiKey\\":\\"[redacted]\\"}'],
  ])('finds it in %j', (given, expected) => {
    expect(redactor.text(given)).toBe(expected);
  });

  it('finds private keys, also one that is cut off', () => {
    const [begin, end] = ['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----'];
    const key = `\n${random(64)}\n${random(64)}\n`;
    expect(redactor.text(`a ${begin}${key}${end} b`)).toBe(`a ${begin}[redacted]${end} b`);
    expect(redactor.text(`${begin}${key}`)).toBe(`${begin}[redacted]`);
    expect(redactor.text(`${begin}${key}${end}${begin}${key}${end}`)).toBe(
      `${begin}[redacted]${end}${begin}[redacted]${end}`,
    );
  });

  it.each([
    'const token: string = readToken(options);',
    'password = await prompt("Password")',
    'the secret: never give up',
    'see https://example.com:8080/path?x=1#y and http://user@host/',
    'npm_config_registry_location and sk-learn-ensemble-methods',
    'a basic internationalization of the token',
    'import { createRedactor } from "./emitter/redact-something-long.js"',
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    '550e8400-e29b-41d4-a716-446655440000',
    'inputTokens: 123456, outputTokens: 7890123',
    'AKIA is a prefix, eyJ too',
  ])('leaves %j as it is', (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  it('[SEC-14] takes no longer for hostile text than for any other', () => {
    // Anything that is not linear takes minutes for these and runs into the test's time limit.
    const parts = [
      'a',
      'eyJ',
      '-eyJ-',
      'sk-',
      'password=',
      'cookie:',
      'token:"',
      '://',
      '://a:',
      ' = ',
      '-----BEGIN ',
      'PRIVATE KEY-----',
      'Bearer ',
      '"',
      "'=",
      '=:',
      '\u{1F989}',
      'authorization:',
    ];
    for (const part of parts) {
      const text = part.repeat(Math.ceil(1_000_000 / part.length));
      expect(redactor.text(text).length).toBeGreaterThan(0);
    }
  });
});

describe('secrets by key', () => {
  it('replaces values of secret keys, whatever they are', () => {
    const given = {
      api_key: 'x',
      apiKey: { nested: 1 },
      'X-Api-Key': ['a'],
      headers: { Authorization: 'short', Cookie: 'a', accept: '*/*' },
      env: { GITHUB_TOKEN: 'x', HOME: '/root', DB_PASSWORD: 5 },
      usage: { inputTokens: 5, outputTokens: 6 },
      hasPassword: true,
      token: null,
    };
    expect(redactor.redact(given)).toEqual({
      api_key: '[redacted]',
      apiKey: '[redacted]',
      'X-Api-Key': '[redacted]',
      headers: { Authorization: '[redacted]', Cookie: '[redacted]', accept: '*/*' },
      env: { GITHUB_TOKEN: '[redacted]', HOME: '/root', DB_PASSWORD: '[redacted]' },
      usage: { inputTokens: 5, outputTokens: 6 },
      hasPassword: true,
      token: null,
    });
  });

  it('takes further rules', () => {
    const own = createRedactor({
      keys: ['internal_id'],
      allowKeys: ['next-page-token'],
      text: (text) => text.replaceAll('Mallory', '[name]'),
    });
    expect(own.redact({ internalId: 'x', nextPageToken: 'abc', token: 'abc', by: 'Mallory' })).toEqual({
      internalId: '[redacted]',
      nextPageToken: 'abc',
      token: '[redacted]',
      by: '[name]',
    });
  });
});

describe('further keys', () => {
  it('count in text too', () => {
    const own = createRedactor({ keys: ['pin', 'internal_id'] });
    expect(own.text('PIN=123456 and "internalId": "abcdef"')).toBe(
      'PIN=[redacted] and "internalId": "[redacted]"',
    );
    expect(redactor.text('PIN=123456')).toBe('PIN=123456');
  });
});

describe('redact', () => {
  it('copies only what changes and never touches what it was given', () => {
    const clean = { list: [1, { a: 'b' }] };
    const given = Object.freeze({
      clean,
      dirty: Object.freeze({ text: `key ${SECRETS['github'] ?? ''}`, other: clean }),
    });
    const result = redactor.redact(given);
    expect(result).toEqual({ clean, dirty: { text: 'key [redacted]', other: clean } });
    expect(result?.clean).toBe(clean);
    expect(result?.dirty.other).toBe(clean);
    expect(redactor.redact(clean)).toBe(clean);
  });

  it('[SEC-17] is idempotent, ends, and never makes a prototype', () => {
    fc.assert(
      fc.property(hostileJson(fc), (value) => {
        const before = Object.getOwnPropertyNames(Object.prototype);
        const once = redactor.redact(value);
        expect(redactor.redact(once)).toEqual(once);
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      }),
    );
  });

  it('[SEC-23] lets no planted secret through, wherever it is', () => {
    const secret = SECRETS['anthropic'] ?? '';
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constant(secret), fc.constant(`password=${secret}`)), {
          maxLength: 6,
        }),
        fc.constantFrom(' ', '\n', '"', ',', '=', '/', ': '),
        (parts, separator) => {
          expect(redactor.text(parts.join(separator))).not.toContain(secret.slice(20));
        },
      ),
    );
  });
});
