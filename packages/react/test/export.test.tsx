import { emptyState, reduce } from '@fleetglass/core/client';
import type { FleetState } from '@fleetglass/core/client';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { ExportMenu } from '@fleetglass/react';
import {
  readRunEvents,
  redactEvents,
  runsToCsv,
  runToCsv,
  runToHtml,
  runToJson,
  runToMarkdown,
  tableToCsv,
  tableToMarkdown,
} from '@fleetglass/react/export';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createFakeMonitor } from './fake-monitor.js';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { fleet, fleetRunId } from './fixtures/fleet.js';
import { renderRecording } from './render-panel.js';
import * as runs from './fixtures/runs.js';

const stateOf = (events: readonly FleetEvent[]): FleetState => reduce(emptyState(), events);

/** What a program that follows RFC 4180 reads. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  for (let match = cells.exec(text); match; match = cells.exec(text)) {
    const [, cell = '', end] = match;
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('tableToCsv', () => {
  it('[SEC-26] is read as it was written, and begins no formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 2 })),
        (rows) => {
          const [, ...read] = parseCsv(tableToCsv(['a', 'b'], rows));
          expect(read.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, '')))).toEqual(
            rows.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, ''))),
          );
          for (const cell of read.flat()) expect(/^[=+@\t\r]/.test(cell)).toBe(false);
        },
      ),
    );
  });

  it('leaves numbers and amounts as they are', () => {
    expect(tableToCsv(['x'], [[-3], ['-1.500000000'], ['-1+2'], [Number.NaN], [undefined]])).toBe(
      "x\r\n-3\r\n-1.500000000\r\n'-1+2\r\n\r\n\r\n",
    );
  });
});

describe('files of runs', () => {
  const { events } = fleet({ runs: 12 });
  const state = stateOf(events);

  it('lists runs, with nothing where no cost is known', () => {
    const [head = [], ...rows] = parseCsv(runsToCsv([...state.runs.values()]));
    expect(rows).toHaveLength(12);
    const unpriced = stateOf(runs.unpriced().events);
    const [, row = []] = parseCsv(runsToCsv([...unpriced.runs.values()]));
    expect(row[head.indexOf('cost_usd')]).toBe('');
    expect(Number(row[head.indexOf('calls_without_price')])).toBeGreaterThan(0);
  });

  it('lists the calls of a run, and all that is held of it', () => {
    const [head = [], ...rows] = parseCsv(runToCsv(state, fleetRunId(0)) ?? '');
    const run = state.runs.get(fleetRunId(0));
    const nano = rows.reduce((sum, row) => sum + Math.round(Number(row[head.indexOf('cost_usd')]) * 1e9), 0);
    expect(nano).toBe(run?.totals.cost.nanoUsd);
    const json = JSON.parse(runToJson(state, fleetRunId(0)) ?? '') as {
      run: { id: string };
      spans: unknown[];
    };
    expect(json.run.id).toBe(fleetRunId(0));
    expect(json.spans).toHaveLength(rows.length);
    expect(runToJson(state, 'nobody')).toBeUndefined();
  });

  it('reports outcome, decisions with who and when, and files', () => {
    const text = runToMarkdown(state, fleetRunId(4), { events }) ?? '';
    expect(text).toContain('Failed');
    expect(text).toContain('list prices');
    expect(text).toContain('## Files');
    const decided = stateOf(runs.forked().events);
    const [first] = decided.runs.ids();
    expect(runToMarkdown(decided, first ?? '')).toContain('# ');
    expect(runToMarkdown(state, fleetRunId(2), { events })).toContain('Mara');
  });

  it('makes no tags, links or images of names', () => {
    const table = tableToMarkdown(
      ['x'],
      [['![a](javascript:b)'], ['<script>|'], ['# h\n# h'], ['\u202Eabc']],
    );
    expect(table).toBe(
      '| x |\n|---|\n| \\!\\[a\\]\\(javascript:b\\) |\n| \\<script\\>\\| |\n| \\# h \\# h |\n| \uFFFDabc |\n',
    );
  });
});

describe('runToHtml', () => {
  const assets = { script: 'run("</script>")', styles: 'a{content:"</style>"}' };

  it('holds the events as data that cannot leave their place', () => {
    const { events } = runs.hostile();
    const html = runToHtml({
      events,
      runId: runs.HOSTILE_RUN,
      title: '</title><script>x()</script>',
      assets,
    });
    const page = new DOMParser().parseFromString(html, 'text/html');
    expect(page.title).toBe('</title><script>x()</script>');
    expect(page.querySelectorAll('script')).toHaveLength(2);
    expect(page.querySelectorAll('style')).toHaveLength(1);
    const data = JSON.parse(page.getElementById('fleetglass-run')?.textContent ?? '') as { events: unknown };
    expect(data.events).toEqual(JSON.parse(JSON.stringify(events)));
    expect(page.querySelector('meta[http-equiv]')?.getAttribute('content')).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}';/,
    );
  });

  it('leaves out what was said, when asked to', () => {
    const secret = 'I should look at';
    const { events } = fleet({ runs: 2 });
    expect(JSON.stringify(events)).toContain(secret);
    const text = JSON.stringify(redactEvents(events));
    expect(text).not.toContain(secret);
    expect(text).not.toContain('maxFiles');
    const [before, after] = [stateOf(events), stateOf(redactEvents(events))];
    expect(after.runs.get(fleetRunId(0))?.totals).toEqual(before.runs.get(fleetRunId(0))?.totals);
  });

  it('refuses an unbuilt player', () => {
    expect(() =>
      runToHtml({ events: [], runId: 'r', title: 't', assets: { script: '', styles: '' } }),
    ).toThrow(/not built/);
  });
});

it('reads all events of one run, page by page', async () => {
  const { events, now } = fleet({ runs: 30 });
  const monitor = createFakeMonitor(events, { clock: createSimulatedClock(now) });
  const found = await readRunEvents(monitor, fleetRunId(3));
  expect(found).toEqual(events.filter(({ runId }) => runId === fleetRunId(3)));
});

describe('ExportMenu', () => {
  const source = { kind: 'run', runId: runs.REVIEW_RUN, name: 'Review' } as const;

  it('opens a list that arrow keys move in and Escape closes', () => {
    renderRecording(runs.completed(), <ExportMenu source={source} />);
    const toggle = screen.getByRole('button', { name: 'Export' });
    expect(screen.queryByRole('button', { name: /^CSV/ })).toBeNull();
    fireEvent.click(toggle);
    expect(toggle).toHaveAttribute('aria-expanded', 'true');
    expect(screen.queryByRole('button', { name: /^HTML/ })).toBeNull();
    toggle.focus();
    fireEvent.keyDown(toggle, { key: 'ArrowDown' });
    expect(screen.getByRole('button', { name: /^CSV/ })).toHaveFocus();
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowUp' });
    expect(screen.getByRole('button', { name: /^Markdown/ })).toHaveFocus();
    fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
    expect(toggle).toHaveFocus();
    expect(toggle).toHaveAttribute('aria-expanded', 'false');
  });

  it('hands over files, and says when one cannot be made', async () => {
    const made: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => (made.push(blob as Blob), 'blob:x'));
    vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => {});
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    renderRecording(
      runs.completed(),
      <ExportMenu source={source} player={() => Promise.reject(new Error('no network'))} />,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    fireEvent.click(screen.getByRole('button', { name: /^Markdown/ }));
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('Review.md was downloaded.'));
    expect(made[0]?.type).toContain('markdown');
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    fireEvent.click(screen.getByRole('button', { name: /^HTML/ }));
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('Not exported: no network'));
    expect(click).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  });
});
