import { createRedactor, FleetglassError } from '@fleetglass/core';
import type { EventInput, FleetEvent } from '@fleetglass/core/protocol';
import { numberEvents } from '@fleetglass/sources/recordings';
import type { RunDocument } from './run-document.js';

/** How many runs a message names. */
const NAMED_RUNS = 10;

/** What of a recording becomes a document. */
export interface RunHtmlChoice {
  /** What was read, for messages and as a title of last resort. */
  readonly path: string;
  /** The run; may be left out where there is one only. */
  readonly runId: string | undefined;
  /** Leaves out what was said. */
  readonly redact: boolean;
}

type Batches = AsyncIterable<readonly EventInput[]>;

/**
 * One run of a recording as a page that replays it. Secrets are redacted as before every screen. All events of the
 * recording are held meanwhile, since a page is written whole.
 *
 * @throws FleetglassError `BAD_INPUT` where a run has to be chosen, `NOT_FOUND` for one that is not there
 */
export async function* toRunHtml(
  batches: Batches,
  choice: RunHtmlChoice,
  write: (document: RunDocument) => string,
): AsyncIterable<string> {
  const redactor = createRedactor();
  const runs = new Map<string, FleetEvent[]>();
  for await (const event of numberEvents(batches)) {
    const data = redactor.redact(event.data);
    if (event.runId === undefined || data === undefined) continue;
    const events = runs.get(event.runId) ?? [];
    events.push({ ...event, data });
    runs.set(event.runId, events);
  }
  const runId = choice.runId ?? onlyRun(runs, choice.path);
  const events = runs.get(runId);
  if (!events) {
    throw new FleetglassError(
      'NOT_FOUND',
      `${choice.path} holds no run ${runId}: choose from ${listOf(runs)}.`,
    );
  }
  yield write({ events, runId, title: nameOf(events) ?? runId, redact: choice.redact });
}

function onlyRun(runs: ReadonlyMap<string, unknown>, path: string): string {
  const [first, second] = runs.keys();
  if (first === undefined)
    throw new FleetglassError('BAD_INPUT', `${path} holds no run: name a recording of one.`);
  if (second === undefined) return first;
  throw new FleetglassError(
    'BAD_INPUT',
    `${path} holds ${String(runs.size)} runs and a page shows one: choose it with --run, from ${listOf(runs)}.`,
  );
}

function listOf(runs: ReadonlyMap<string, unknown>): string {
  const named = [...runs.keys()].slice(0, NAMED_RUNS).join(', ');
  return runs.size > NAMED_RUNS ? `${named}, …` : named;
}

function nameOf(events: readonly FleetEvent[]): string | undefined {
  for (const { type, data } of events) {
    if (type !== 'run.created') continue;
    const { name } = data as { readonly name?: unknown };
    if (typeof name === 'string' && name !== '') return name;
  }
  return undefined;
}
