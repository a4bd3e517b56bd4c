import type { EventInput } from '@fleetglass/core/protocol';
import { describe, expect, it } from 'vitest';
import { CSV_COLUMNS, toCsv } from './csv.js';

async function table(events: readonly EventInput[]): Promise<string[]> {
  let text = '';
  for await (const rows of toCsv([events])) text += rows;
  return text.trimEnd().split('\r\n');
}

const span = { runId: 'r1', agentId: 'writer', spanId: 's1' };
const started = (name: string): EventInput => ({
  type: 'span.started',
  ...span,
  time: 1_000,
  data: { kind: 'model', name, model: 'claude-sonnet-4-5' },
});
const column = (row: string | undefined, name: (typeof CSV_COLUMNS)[number]) =>
  row?.split(',')[CSV_COLUMNS.indexOf(name)];

describe('toCsv', () => {
  it('writes a line for each span with exact amounts', async () => {
    const usage = { inputTokens: 100, cacheReadTokens: 40, outputTokens: 7 };
    const [header, row] = await table([
      started('draft'),
      {
        type: 'span.ended',
        ...span,
        time: 3_500,
        data: { status: 'ok', usage, cost: { nanoUsd: 1_234_567, basis: 'list' } },
      },
    ]);
    expect(header).toBe(CSV_COLUMNS.join(','));
    expect(column(row, 'duration_ms')).toBe('2500');
    expect(column(row, 'cost_usd')).toBe('0.001234567');
    expect([column(row, 'input_tokens'), column(row, 'cache_read_tokens')]).toEqual(['100', '40']);
  });

  it('leaves unknown amounts empty', async () => {
    const [, row] = await table([
      started('draft'),
      { type: 'span.ended', ...span, time: 2_000, data: { status: 'ok', cost: { basis: 'unknown' } } },
    ]);
    expect([column(row, 'cost_usd'), column(row, 'cost_basis'), column(row, 'input_tokens')]).toEqual([
      '',
      'unknown',
      '',
    ]);
  });

  it.each(['=1+1', '+cmd', '-2', '@SUM(A1)', '\t=1', '\uFF1D1'])(
    '[SEC-26] does not let a spreadsheet run %j',
    async (name) => {
      const [, row] = await table([started(name)]);
      expect(column(row, 'name')).toBe(`'${name}`);
    },
  );

  it('quotes separators, quotes and line ends', async () => {
    const [, row = '', rest = ''] = await table([started('a,"b"\r\nc')]);
    expect(`${row}\r\n${rest}`).toContain('"a,""b""\r\nc"');
  });

  it('says that a span without an end is running', async () => {
    const [, row] = await table([started('draft')]);
    expect([column(row, 'status'), column(row, 'ended')]).toEqual(['running', '']);
  });
});
