import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../storage/database.js';
import { runCli } from './run-cli.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command and gives back what it wrote. */
async function run(...argv: string[]) {
  const written = { out: '', err: '' };
  const code = await runCli(argv, {
    out: (text) => Promise.resolve(void (written.out += text)),
    err: (text) => void (written.err += text),
    isTerminal: false,
    env: {},
    clock: createSimulatedClock(),
    program: [],
    signal: new AbortController().signal,
  });
  return { code, ...written };
}

const at = (second: number) => new Date(Date.UTC(2026, 1, 1, 12, 0, second)).toISOString();
const SESSION = [
  { type: 'session', id: 'pi-1', timestamp: at(0), cwd: '/work', provider: 'anthropic' },
  {
    type: 'message',
    timestamp: at(1),
    message: { role: 'user', content: [{ type: 'text', text: 'Count' }] },
  },
  {
    type: 'message',
    timestamp: at(3),
    message: {
      role: 'assistant',
      content: [{ type: 'text', text: '=2+3' }],
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      usage: { input: 10, output: 20, cacheRead: 100, cacheWrite: 50, cost: { total: 0.00054 } },
      stopReason: 'stop',
    },
  },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('fleetglass summarize', () => {
  it('tells what a run did and cost as one JSON document', async () => {
    const file = write('a.jsonl', SESSION);
    const { code, out, err } = await run('summarize', file, '--json');
    expect([code, err]).toEqual([0, '']);
    const { runs } = JSON.parse(out) as { runs: unknown[] };
    expect(runs).toEqual([
      expect.objectContaining({
        id: 'pi-1',
        format: 'pi-session',
        files: [file],
        records: 3,
        warnings: [],
        agents: 1,
        modelCalls: 1,
        toolCalls: 0,
        toolErrors: 0,
        tokens: { input: 160, cacheRead: 100, cacheWrite5m: 50, cacheWrite1h: 0, output: 20, reasoning: 0 },
        cost: {
          nanoUsd: 540_000,
          basis: 'list',
          unpricedCalls: 0,
          recordedNanoUsd: 540_000,
          computedNanoUsd: 547_500,
        },
        firstTime: at(0),
        lastTime: at(3),
      }),
    ]);
  });

  it('reads every recording below a folder and leaves other files alone', async () => {
    write('a.jsonl', SESSION);
    write('b.jsonl', SESSION.replace('pi-1', 'pi-2'));
    write('package.json', '{"name":"x"}');
    const { code, out, err } = await run('summarize', folder);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('2 runs, 2 model calls');
  });

  it('reads the telemetry of another service', async () => {
    const file = join(folder, 'telemetry.db');
    const database = openDatabase(file);
    database.exec(
      'CREATE TABLE invocations (invocation_id TEXT, timestamp TEXT, agent_name TEXT, tool_name TEXT, model_name TEXT,' +
        ' prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER, cost_usd REAL, latency_ms INTEGER,' +
        ' status TEXT, error_message TEXT, privacy_level TEXT);' +
        "INSERT INTO invocations VALUES ('i1', '2026-02-01T12:00:00Z', 'WRITER', 'chat', 'claude-sonnet-4-5', 1000," +
        " 200, 1200, 0.007, 900, 'success', NULL, 'metadata');",
    );
    database.close();
    const { code, out } = await run('summarize', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      runs: [
        {
          format: 'telemetry-db',
          modelCalls: 1,
          tokens: { input: 1_000, output: 200 },
          cost: { recordedNanoUsd: 7_000_000, computedNanoUsd: 6_000_000 },
        },
      ],
    });
  });

  it('names the line that could not be read', async () => {
    const { out } = await run('summarize', write('a.jsonl', `${SESSION}{"half\n`));
    expect(out).toContain('! Line 4 of main was left out: not JSON.');
  });

  it('reads the rest when one of its files is no recording, and ends with 1', async () => {
    const bad = write('notes.json', '{"a":1}');
    const { code, out, err } = await run('summarize', write('a.jsonl', SESSION), bad, join(folder, 'none'));
    expect(code).toBe(1);
    expect(out).toContain('1 model call');
    expect(err).toContain('notes.json is of no format that is known here');
    expect(err).toContain('There is no file or folder at');
  });

  it('[SEC-12] lets no recording steer the terminal', async () => {
    const { out } = await run(
      'summarize',
      write('a.jsonl', SESSION.replace('Count', '\\u001b[2JCount\\u202e')),
    );
    expect(out).toContain('\\u001b[2JCount\\u202e');
    // eslint-disable-next-line no-control-regex -- it is what must not be there
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('fleetglass export', () => {
  it('writes a log that it reads back to the same summary', async () => {
    const file = write('a.jsonl', SESSION);
    const log = join(folder, 'a.ndjson');
    expect((await run('convert', file, '--out', log)).code).toBe(0);
    const [before, after] = [await run('summarize', file, '--json'), await run('summarize', log, '--json')];
    const runOf = ({ out }: { readonly out: string }) => {
      const { runs } = JSON.parse(out) as { runs: readonly [Record<string, unknown>] };
      return { ...runs[0], format: '', files: [] };
    };
    expect(runOf(after)).toEqual(runOf(before));
  });

  it.each(['csv', 'md', 'ndjson', 'ag-ui', 'otlp'])('writes %s to the standard output', async (to) => {
    const { code, out } = await run('export', write('a.jsonl', SESSION), '--to', to);
    expect(code).toBe(0);
    expect(out).toContain('claude-sonnet-4-5');
  });

  it.each(['ag-ui', 'otlp'])('writes %s that it reads back', async (to) => {
    const file = join(folder, 'a.out.jsonl');
    expect((await run('export', write('a.jsonl', SESSION), '--to', to, '-o', file)).code).toBe(0);
    const { out } = await run('summarize', file, '--json');
    expect(JSON.parse(out)).toMatchObject({
      runs: [{ format: to, modelCalls: 1, tokens: { input: 160, cacheRead: 100, output: 20 } }],
    });
  });

  it('says that the page of a run is not built, as in a checkout', async () => {
    const { code, out, err } = await run('export', write('a.jsonl', SESSION), '--to', 'html');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('NOT_FOUND: The page of a run is not built');
  });

  it('leaves no half-written file behind', async () => {
    write('a.jsonl', SESSION);
    const { code, err } = await run(
      'export',
      join(folder, 'a.jsonl'),
      '--to',
      'csv',
      '-o',
      join(folder, 'x', 'y.csv'),
    );
    expect(code).toBe(1);
    expect(err).toContain('could not be written');
    expect(readdirSync(folder)).toEqual(['a.jsonl']);
  });
});

describe('a command that is not understood', () => {
  it.each([
    [['summarise'], 'There is no command summarise: choose one of summarize'],
    [['summarize'], 'Name a file or a folder'],
    [['summarize', 'x', '--jsno'], "Unknown option '--jsno'"],
    [['summarize', 'x', '--format', 'none'], 'There is no format none'],
    [['export', 'x'], 'Say what to export to: --to one of'],
    [['export', 'x', 'y', '--to', 'csv'], 'Name one recording, not 2'],
    [['export', 'x', '--to', 'csv', '--redact'], '--run and --redact are for --to html only'],
    [['watch', 'x', '--since', 'yesterday'], '--since must be all, or days or hours'],
    [['open', 'x', '--port', 'many'], '--port must be a whole number'],
  ])('%j ends with 2 and says what to do', async (argv, message) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('is helped by --help, which names every format', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const word of ['summarize', 'watch', 'open', 'export', 'convert', 'claude-code', 'Exit codes']) {
      expect(out).toContain(word);
    }
    expect((await run('summarize', '--help')).out).toBe(out);
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect((await run('--version')).out).toBe(`${version}\n`);
  });
});
