import { FleetglassError } from '@fleetglass/core';
import type { RunState } from '@fleetglass/core';
import type { EventInput, Filter, FleetEvent } from '@fleetglass/core/protocol';
import * as z from 'zod';
import { narrow } from '../gateway/access.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { nextTurn } from '../lib/next-turn.js';
import { findRuns, readRun, runFilters } from './runs.js';
import { id } from './values.js';

type Batches = AsyncIterable<readonly FleetEvent[]>;
type Writer = (batches: Batches) => AsyncIterable<string>;

const FORMATS = ['ndjson', 'json', 'csv', 'markdown'] as const;
type Format = (typeof FORMATS)[number];

const MEDIA: { readonly [F in Format]: string } = {
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8; header=present',
  markdown: 'text/markdown; charset=utf-8',
};

/** Most runs of one report. */
const MOST_RUNS = 1_000;
const PAGE = 1_000;

async function* lines(batches: Batches): AsyncIterable<string> {
  for await (const events of batches) yield events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

async function* document(batches: Batches): AsyncIterable<string> {
  let before = '{"events":[\n';
  for await (const events of batches) {
    if (events.length === 0) continue;
    yield `${before}${events.map((event) => JSON.stringify(event)).join(',\n')}`;
    before = ',\n';
  }
  yield before.startsWith('{') ? '{"events":[]}\n' : '\n]}\n';
}

/** A stored event is a written one with its place in the log. */
const asInput = (batches: Batches): AsyncIterable<readonly EventInput[]> =>
  batches as AsyncIterable<readonly unknown[]> as AsyncIterable<readonly EventInput[]>;

/** Loaded when needed. */
const WRITERS: { readonly [F in Format]: () => Promise<Writer> } = {
  ndjson: async () => lines,
  json: async () => document,
  csv: async () => {
    const { toCsv } = await import('@fleetglass/sources/csv');
    return (batches) => toCsv(asInput(batches));
  },
  markdown: async () => {
    const { toMarkdown } = await import('@fleetglass/sources/markdown');
    return (batches) => toMarkdown(asInput(batches));
  },
};

/** Events of runs, one run after the other, a page at a time: others have their turn, and nothing is gathered. */
async function* eventsOf(
  call: Call,
  runs: readonly Pick<RunState, 'id' | 'firstSeq' | 'lastSeq'>[],
): Batches {
  const { log } = call.reader;
  for (const { id: runId, firstSeq, lastSeq } of runs) {
    const filter: Filter = narrow({ runId }, call.scope);
    for (let from = Math.max(firstSeq, log.first()); from <= lastSeq;) {
      await nextTurn();
      const page = await log.read({ from, to: lastSeq, filter, limit: PAGE });
      yield page.events;
      from = Math.max(page.to, from) + 1;
    }
  }
}

async function answer(
  call: Call<unknown, { readonly format: Format }>,
  name: string,
  runs: readonly Pick<RunState, 'id' | 'firstSeq' | 'lastSeq'>[],
): Promise<Response> {
  const { format } = call.query;
  const headers = {
    'content-type': MEDIA[format],
    'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_').slice(0, 100)}.${
      format === 'markdown' ? 'md' : format
    }"`,
  };
  if (call.http.req.method === 'HEAD') return call.http.body(null, 200, headers);
  const write = await WRITERS[format]();
  const text = write(eventsOf(call, runs))[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await text.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await text.return?.();
    },
  });
  return call.http.body(stream, 200, headers);
}

const formatQuery = { format: z.enum(FORMATS).default('ndjson') };

const report = z.unknown().describe('Streamed as it is read');

const REPORT =
  'ndjson: an event a line. json: one document of events. csv: a table of calls. markdown: for people.';

export const reportEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/report',
    id: 'exportRun',
    tag: 'Reports',
    role: 'viewer',
    summary: 'Everything of a run, for keeping or reading elsewhere',
    description: REPORT,
    streams: ['application/x-ndjson', 'application/json', 'text/csv', 'text/markdown'],
    params: { runId: id },
    query: formatQuery,
    answer: report,
    handle: async (call) => {
      const { run } = await readRun(call, call.params.runId);
      return answer(call, run.id, [run]);
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/reports',
    id: 'exportRuns',
    tag: 'Reports',
    role: 'viewer',
    summary: 'Everything of the runs that a search finds, the oldest first',
    description: `${REPORT} At most ${MOST_RUNS} runs at a time.`,
    streams: ['application/x-ndjson', 'application/json', 'text/csv', 'text/markdown'],
    query: { ...runFilters, ...formatQuery },
    answer: report,
    handle: async (call) => {
      const { state } = await call.reader.head(call.scope);
      const { runs } = findRuns(state, call.query, { column: 'started', direction: 'ascending' });
      if (runs.length > MOST_RUNS) {
        throw new FleetglassError(
          'BAD_INPUT',
          `These are ${runs.length} runs, and a report takes ${MOST_RUNS}: choose a shorter time with 'from' and 'to'.`,
          { details: { runs: runs.length, mostRuns: MOST_RUNS } },
        );
      }
      return answer(call, 'runs', runs);
    },
  }),
];
