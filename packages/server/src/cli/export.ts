import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { FleetglassError } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { createPrices } from '@fleetglass/sources/prices';
import { numberEvents } from '@fleetglass/sources/recordings';
import { onePath, parseArguments } from './arguments.js';
import type { CommandIo } from './command-io.js';
import { EXIT } from './command-io.js';
import { openInput } from './inputs.js';
import { createProgress } from './progress.js';
import type { RunHtmlChoice } from './run-html.js';

type Batches = AsyncIterable<readonly EventInput[]>;
type Writer = (batches: Batches, choice: RunHtmlChoice) => AsyncIterable<string>;

/** Loaded when needed. */
const WRITERS: Readonly<Record<string, () => Promise<Writer>>> = {
  ndjson: async () => {
    const { writeNdjson } = await import('@fleetglass/sources/ndjson');
    return (batches) => writeNdjson(numberEvents(batches));
  },
  otlp: async () => {
    const { toOtlp } = await import('@fleetglass/sources/otlp');
    return (batches) => toOtlp(batches);
  },
  'ag-ui': async () => {
    const { toAgUi } = await import('@fleetglass/sources/ag-ui');
    return (batches) => jsonLines(toAgUi(batches));
  },
  csv: async () => (await import('@fleetglass/sources/csv')).toCsv,
  md: async () => (await import('@fleetglass/sources/markdown')).toMarkdown,
  html: async () => {
    const [{ toRunHtml }, { writeRunDocument }] = await Promise.all([
      import('./run-html.js'),
      import('./run-document.js'),
    ]);
    if (!writeRunDocument) {
      throw new FleetglassError('NOT_FOUND', 'The page of a run is not built: run `npm run build` first.');
    }
    const write = writeRunDocument;
    return (batches, choice) => toRunHtml(batches, choice, write);
  },
};

const OPTIONS = {
  to: { type: 'string' },
  out: { type: 'string', short: 'o' },
  format: { type: 'string' },
  run: { type: 'string' },
  redact: { type: 'boolean' },
} as const;

/** `fleetglass export PATH --to FORMAT [--out FILE] [--format F] [--run ID] [--redact]` */
export async function exportCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, paths } = parseArguments(argv, OPTIONS);
  const path = onePath(paths, 'a recording');
  const target = values.to ?? '';
  const load = Object.hasOwn(WRITERS, target) ? WRITERS[target] : undefined;
  if (!load) {
    const names = Object.keys(WRITERS).join(', ');
    throw new FleetglassError('BAD_INPUT', `Say what to export to: --to one of ${names}.`);
  }
  if (target !== 'html' && (values.run !== undefined || values.redact)) {
    throw new FleetglassError(
      'BAD_INPUT',
      '--run and --redact are for --to html only: leave them out, or write --to html.',
    );
  }
  const recording = await openInput(path, values.format);
  const progress = await createProgress(io, recording.files);
  const write = await load();
  const batches = recording.read({ prices: createPrices(), onBytes: (bytes) => progress.add(bytes) });
  try {
    const choice = { path, runId: values.run, redact: values.redact ?? false };
    const text = write(untilAborted(batches, io.signal), choice);
    if (values.out === undefined) for await (const piece of text) await io.out(piece);
    else await writeFile(values.out, text, io.signal);
  } finally {
    progress.done();
  }
  return io.signal.aborted ? EXIT.failed : EXIT.done;
}

/** `fleetglass convert PATH [--out FILE] [--format F]` */
export async function convertCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  return exportCommand([...argv, '--to', 'ndjson'], io);
}

async function* jsonLines(values: AsyncIterable<object>): AsyncIterable<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

async function* untilAborted(batches: Batches, signal: AbortSignal): Batches {
  for await (const events of batches) {
    if (signal.aborted) return;
    yield events;
  }
}

/** A file that is there is whole: it gets its name when everything was written. */
async function writeFile(path: string, text: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(text, createWriteStream(part));
    if (signal.aborted) await rm(part, { force: true });
    else await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    throw new FleetglassError(
      'STORE_FAILED',
      `${path} could not be written: choose another place, or make room there.`,
      { cause },
    );
  }
}
