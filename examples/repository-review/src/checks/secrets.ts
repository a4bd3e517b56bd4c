import type { CheckResult, Finding } from './finding.js';
import { checkResult } from './finding.js';

interface SecretPattern {
  readonly rule: string;
  readonly name: string;
  /** Group 1, where there is one, is the secret itself. */
  readonly pattern: RegExp;
  /** Whether the secret must also look random. */
  readonly needsEntropy?: boolean;
}

/** Formats that issuers document, then assignments whose value looks random. Global, so that a line may hold several. */
const PATTERNS: readonly SecretPattern[] = [
  { rule: 'private-key', name: 'private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g },
  { rule: 'aws-access-key', name: 'AWS access key', pattern: /\b((?:AKIA|ASIA)[0-9A-Z]{16})\b/g },
  {
    rule: 'github-token',
    name: 'GitHub token',
    pattern: /\b((?:gh[pousr]_\w{36,255}|github_pat_\w{22,255}))\b/g,
  },
  { rule: 'slack-token', name: 'Slack token', pattern: /\b(xox[abeoprs]-[\w-]{10,200})/g },
  { rule: 'stripe-key', name: 'Stripe key', pattern: /\b([rs]k_live_[0-9A-Za-z]{16,200})\b/g },
  { rule: 'anthropic-key', name: 'Anthropic key', pattern: /\b(sk-ant-[\w-]{20,200})/g },
  {
    rule: 'openai-key',
    name: 'OpenAI key',
    pattern: /\b(sk-(?:proj-)?[A-Za-z0-9_-]{32,200})/g,
    needsEntropy: true,
  },
  { rule: 'google-key', name: 'Google API key', pattern: /\b(AIza[\w-]{35})\b/g },
  { rule: 'npm-token', name: 'npm token', pattern: /\b(npm_[A-Za-z0-9]{36})\b/g },
  {
    rule: 'json-web-token',
    name: 'JSON web token',
    pattern: /\b(eyJ[\w-]{10,2000}\.eyJ[\w-]{10,2000}\.[\w-]{10,2000})/g,
  },
  {
    rule: 'assigned-secret',
    name: 'assigned secret',
    pattern:
      /(?:secret|passw(?:or)?d|token|api[_-]?key|private[_-]?key|credential)["']?\s{0,4}[:=]\s{0,4}["'`]([^\s"'`]{16,200})["'`]/gi,
    needsEntropy: true,
  },
];

/** Random text of 16 characters or more lies above it, words and identifiers mostly below. Bits a character. */
const ENTROPY_LIMIT = 3.7;

/** Shannon entropy of a text's characters, in bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

function looksRandom(text: string): boolean {
  const classes = [/[a-z]/, /[A-Z]/, /\d/].filter((pattern) => pattern.test(text)).length;
  return classes >= 2 && /\d/.test(text) && entropyOf(text) >= ENTROPY_LIMIT;
}

interface Match {
  readonly pattern: SecretPattern;
  readonly start: number;
  readonly secret: string;
}

function matchesIn(text: string): readonly Match[] {
  const found: Match[] = [];
  for (const pattern of PATTERNS) {
    for (const match of text.matchAll(pattern.pattern)) {
      const secret = match[1] ?? match[0];
      if (pattern.needsEntropy && !looksRandom(secret)) continue;
      const start = match.index + match[0].indexOf(secret);
      // The first pattern that claims a place names it.
      const overlaps = found.some(
        (other) => start < other.start + other.secret.length && other.start < start + secret.length,
      );
      if (!overlaps) found.push({ pattern, start, secret });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** What may be shown of a secret: enough to find it, not enough to use it. */
function redacted(secret: string): string {
  return `${secret.slice(0, 4)}… (${secret.length} characters)`;
}

/** Replaces everything that looks like a secret, so that the rest may leave the process. Keys go with their whole block. */
export function redactSecrets(text: string): string {
  const withoutKeys = text.replace(
    /-----BEGIN ((?:[A-Z]+ )*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g,
    '[redacted private key]',
  );
  let result = '';
  let end = 0;
  for (const { start, secret } of matchesIn(withoutKeys)) {
    result += `${withoutKeys.slice(end, start)}[redacted]`;
    end = start + secret.length;
  }
  return result + withoutKeys.slice(end);
}

export function checkSecrets(path: string, text: string): CheckResult {
  const findings: Finding[] = [];
  text.split('\n').forEach((content, index) => {
    for (const { pattern, secret } of matchesIn(content)) {
      findings.push({
        check: 'secrets',
        rule: pattern.rule,
        severity: 'error',
        file: path,
        line: index + 1,
        message:
          pattern.rule === 'private-key'
            ? `a ${pattern.name}`
            : `looks like a ${pattern.name}: ${redacted(secret)}`,
      });
    }
  });
  return checkResult(`${PATTERNS.length} patterns`, findings);
}
