import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkComplexity, complexityOf } from './complexity.js';
import type { Finding } from './finding.js';
import { MAX_FINDINGS } from './finding.js';
import { checkSecrets, entropyOf, redactSecrets } from './secrets.js';
import { checkSize, countLines } from './size.js';
import { functionsOf, parseSource } from './source-file.js';
import { checkTodo } from './todo.js';
import { checkSyntax } from './typescript.js';

/** Puts a secret together, so that no scanner takes this file for a leak. */
const together = (...parts: readonly string[]): string => parts.join('');

const places = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ rule, line }) => `${rule}:${line}`);
const complexity = (text: string): number => {
  const [first] = functionsOf(parseSource('a.ts', text));
  if (!first) throw new Error('no function');
  return complexityOf(first);
};

describe('complexity', () => {
  it.each([
    ['function f() {}', 1],
    ['function f(a) { if (a) return 1; else return 2; }', 2],
    ['const f = (a, b) => (a && b) || !a', 3],
    ['function f(a) { return a ?? (a ? 1 : 2); }', 3],
    ['function f(a) { for (const x of a) while (x) do x.y(); while (x); }', 4],
    ['function f(a) { switch (a) { case 1: case 2: return 1; default: return 2; } }', 3],
    ['function f() { try { g(); } catch { h(); } finally { i(); } }', 2],
    ['function f(a) { a ||= 1; a &&= 2; a ??= 3; }', 4],
    ['function f(a = b ? 1 : 2) {}', 2],
    ['function f(a) { return a?.b?.c; }', 1],
    ['class A { m(a) { if (a) for (;;) {} } }', 3],
  ])('of %j is %i', (text, expected) => {
    expect(complexity(text)).toBe(expected);
  });

  it('does not count a function inside', () => {
    expect(complexity('function f(a) { return a.map((x) => (x ? 1 : 2)); }')).toBe(1);
  });

  it('reports functions above the limit with their line', () => {
    const branches = (count: number): string => 'if (a) b();\n'.repeat(count);
    const text = `function fine(a) {\n${branches(9)}}\nfunction busy(a) {\n${branches(10)}}\nfunction awful(a) {\n${branches(20)}}`;
    const { findings, note } = checkComplexity(parseSource('a.ts', text));
    expect(findings.map(({ line, severity, message }) => [line, severity, message.split(' ')[0]])).toEqual([
      [12, 'warning', 'busy'],
      [24, 'error', 'awful'],
    ]);
    expect(note).toContain('highest complexity 21');
  });
});

describe('size', () => {
  it('counts lines as people do', () => {
    expect([countLines(''), countLines('a'), countLines('a\n'), countLines('a\n\nb')]).toEqual([0, 1, 1, 3]);
  });

  it('reports long files and long functions, but not groups of tests', () => {
    const body = 'x();\n'.repeat(70);
    const text = `function long() {\n${body}}\ndescribe('all', () => {\n${body}});\n`;
    expect(places(checkSize('a.ts', text, parseSource('a.ts', text)).findings)).toEqual(['long-function:1']);
    const file = 'x();\n'.repeat(351);
    expect(places(checkSize('a.ts', file, parseSource('a.ts', file)).findings)).toEqual(['long-file:1']);
    expect(checkSize('a.md', 'x\n'.repeat(2000)).findings).toEqual([]);
  });
});

describe('todo', () => {
  const mark = 'TO' + 'DO';

  it('finds marks in comments of code and nowhere else', () => {
    const text = [
      `const text = '// ${mark}: not this';`,
      `// ${mark}(ann): write it`,
      'run(); /* first',
      ' * FIXME second */',
      `const t = \`/* ${mark} */ \${1 /* XXX inside */}\`;`,
      `const ${mark} = 1;`,
    ].join('\n');
    const { findings } = checkTodo('a.ts', text, parseSource('a.ts', text));
    expect(places(findings)).toEqual(['todo:2', 'fixme:4', 'xxx:5']);
    expect(findings[0]?.message).toBe(`${mark}: write it`);
    expect(findings[1]?.message).toBe('FIXME: second');
  });

  it('does not take JSX text for a comment', () => {
    const text = `export const a = <p>// ${mark}: text</p>;`;
    expect(checkTodo('a.tsx', text, parseSource('a.tsx', text)).findings).toEqual([]);
  });

  it('finds marks in lines that look like comments of other languages', () => {
    const text = `a: 1 # ${mark}: yaml\n<!-- FIXME html -->\nThe ${mark} list is prose.\n`;
    expect(places(checkTodo('a.md', text).findings)).toEqual(['todo:1', 'fixme:2']);
  });
});

describe('secrets', () => {
  const samples = {
    'aws-access-key': together('AKIA', 'QWERTYUIOPASDFGH'),
    'github-token': together('ghp_', 'a1B2c3D4e5F6a7B8c9D0e1F2a3B4c5D6e7F8'),
    'slack-token': together('xoxb-', '1234567890-abcdefghij'),
    'stripe-key': together('sk_live_', 'a1B2c3D4e5F6a7B8c9D0'),
    'anthropic-key': together('sk-ant-', 'api03-a1B2c3D4e5F6a7B8c9D0'),
    'google-key': together('AIza', 'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'),
    'npm-token': together('npm_', 'a1B2c3D4e5F6a7B8c9D0e1F2a3B4c5D6e7F8'),
    'private-key': together('-----BEGIN RSA ', 'PRIVATE KEY', '-----'),
  };

  it.each(Object.entries(samples))('finds a %s and never shows it', (rule, secret) => {
    const { findings } = checkSecrets('a.env', `first\nvalue = ${secret}\n`);
    expect(places(findings)).toEqual([`${rule}:2`]);
    expect(JSON.stringify(findings)).not.toContain(secret);
    expect(redactSecrets(`value = ${secret} end`)).not.toContain(secret);
  });

  it('finds an assigned value that looks random', () => {
    const value = 'q8Xz2Lm9Vt4Rb7Wn1Ks6';
    const line = `const apiKey = '${value}';`;
    expect(places(checkSecrets('a.ts', line).findings)).toEqual(['assigned-secret:1']);
    expect(redactSecrets(line)).toBe("const apiKey = '[redacted]';");
  });

  it.each([
    "const token = 'YOUR_TOKEN_GOES_HERE';",
    "password: 'correct horse battery staple'",
    "const secretName = 'my-application-secret-name';",
    "tokens: 'aaaaaaaaaaaaaaaaaaaaaaaa1A'",
  ])('leaves %j alone', (line) => {
    expect(checkSecrets('a.ts', line).findings).toEqual([]);
    expect(redactSecrets(line)).toBe(line);
  });

  it('removes a whole private key', () => {
    const key = ['-----BEGIN ', '-----\nMIIabc\nxyz\n-----END ', '-----'].join('PRIVATE KEY');
    expect(redactSecrets(`a\n${key}\nb`)).toBe('a\n[redacted private key]\nb');
  });

  it('never lets a known format through, wherever it stands', () => {
    const secrets = Object.values(samples).slice(0, 7);
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...secrets), fc.string(), (before, secret, after) => {
        const text = `${before} ${secret} ${after}`;
        expect(redactSecrets(text)).not.toContain(secret);
      }),
    );
  });

  it('measures entropy in bits a character', () => {
    expect(entropyOf('aaaa')).toBeCloseTo(0);
    expect(entropyOf('abab')).toBeCloseTo(1);
    expect(entropyOf('abcd')).toBeCloseTo(2);
  });
});

describe('syntax', () => {
  it('names the line of an error', () => {
    const { findings } = checkSyntax(parseSource('a.ts', 'const a = 1;\nconst = 2;\n'));
    expect(findings[0]).toMatchObject({ check: 'syntax', severity: 'error', file: 'a.ts', line: 2 });
  });

  it.each([
    ['a.ts', 'export const a: string = "x" satisfies string;'],
    ['a.tsx', 'export const a = <p>{"x"}</p>;'],
    ['a.js', 'module.exports = { a: 1 };'],
    ['a.mjs', 'export const a = await b;'],
  ])('accepts %s', (path, text) => {
    expect(checkSyntax(parseSource(path, text)).findings).toEqual([]);
  });

  it('refuses types in JavaScript', () => {
    expect(checkSyntax(parseSource('a.js', 'const a: string = 1;')).total).toBeGreaterThan(0);
  });
});

describe('every check', () => {
  it('survives any text and keeps within its bound', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const source = parseSource('a.tsx', text);
        const results = [
          checkSyntax(source),
          checkComplexity(source),
          checkTodo('a.tsx', text, source),
          checkSecrets('a.tsx', text),
          checkSize('a.tsx', text, source),
        ];
        for (const { findings, total } of results) {
          expect(findings.length).toBe(Math.min(total, MAX_FINDINGS));
          for (const { line } of findings) expect(line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('counts what it does not list', () => {
    const text = `// ${'TO' + 'DO'}: again\n`.repeat(MAX_FINDINGS + 5);
    const result = checkTodo('a.ts', text, parseSource('a.ts', text));
    expect([result.findings.length, result.total]).toEqual([MAX_FINDINGS, MAX_FINDINGS + 5]);
  });
});
