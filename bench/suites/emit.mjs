// Emitting one event of twelve fields: stamp, append to the memory store, one listener.
import { Writable } from 'node:stream';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createEmitter, createMemoryStore, createRedactor } from '@fleetglass/core';
import pino from 'pino';
import { cpuMicros, interleave, median, ratios, report } from '../lib/measure.mjs';

const EVENTS = 200_000;
const BATCH = 500;

const text = (length) =>
  'The reviewer read the file and found nothing of note. '.repeat(Math.ceil(length / 54)).slice(0, length);

/** Emits in bursts, as a busy process does, and waits until the store has accepted all. */
async function emitMany(emitter, message, events = EVENTS) {
  for (let i = 0; i < events; i += BATCH) {
    for (let j = 0; j < BATCH; j += 1) {
      emitter.emit({
        type: 'span.updated',
        runId: 'run_1',
        threadId: 'thread_1',
        agentId: 'REVIEWER',
        taskId: 'task_12',
        spanId: 'span_3',
        data: { name: message, model: 'model-a', provider: 'provider-a', kind: 'tool', index: j },
      });
    }
    await emitter.flush();
  }
}

function fleetglass(message, redact) {
  return async () => {
    const store = createMemoryStore({ retain: { events: 50_000 } });
    const emitter = createEmitter({ store, redact });
    let seen = 0;
    emitter.on('*', () => {
      seen += 1;
    });
    const micros = await cpuMicros(() => emitMany(emitter, message));
    if (seen !== EVENTS) throw new Error(`The listener saw ${seen} of ${EVENTS} events.`);
    await store.close();
    return micros / EVENTS;
  };
}

async function pinoLine() {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const logger = pino({ base: null }, sink);
  const lines = EVENTS / 4;
  const micros = await cpuMicros(() => {
    for (let i = 0; i < lines; i += 1) {
      logger.info({
        type: 'span.updated',
        runId: 'run_1',
        threadId: 'thread_1',
        agentId: 'REVIEWER',
        taskId: 'task_12',
        spanId: 'span_3',
        name: 'read',
        model: 'model-a',
        provider: 'provider-a',
        kind: 'tool',
        index: i,
      });
    }
  });
  return micros / lines;
}

async function openTelemetrySpan() {
  const exporter = {
    export: (_spans, done) => done({ code: 0 }),
    shutdown: async () => {},
    forceFlush: async () => {},
  };
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  const tracer = provider.getTracer('bench');
  const spans = EVENTS / 10;
  const micros = await cpuMicros(async () => {
    for (let i = 0; i < spans; i += 1) {
      const span = tracer.startSpan('read');
      span.setAttributes({
        runId: 'run_1',
        threadId: 'thread_1',
        agentId: 'REVIEWER',
        taskId: 'task_12',
        name: 'read',
        model: 'model-a',
        provider: 'provider-a',
        kind: 'tool',
        index: i,
        type: 'span.updated',
      });
      span.end();
      if (i % 1_000 === 999) await new Promise((resolve) => setImmediate(resolve));
    }
  });
  await provider.shutdown();
  return micros / spans;
}

async function floor() {
  const ring = new Array(50_000);
  let seen = 0;
  const listener = () => {
    seen += 1;
  };
  const micros = await cpuMicros(() => {
    for (let i = 0; i < EVENTS; i += 1) {
      const event = {
        v: 1,
        seq: i,
        time: Date.now(),
        type: 'span.updated',
        runId: 'run_1',
        threadId: 'thread_1',
        agentId: 'REVIEWER',
        taskId: 'task_12',
        spanId: 'span_3',
        data: { name: 'read', model: 'model-a', provider: 'provider-a', kind: 'tool', index: i },
      };
      ring[i % 50_000] = event;
      listener(event);
    }
  });
  if (seen !== EVENTS) throw new Error('The floor lost events.');
  return micros / EVENTS;
}

const SHORT = 'read';
const LONG = text(2_000);
const results = await interleave({
  plain: fleetglass(SHORT, false),
  redactedShort: fleetglass(SHORT, createRedactor()),
  redactedLong: fleetglass(LONG, createRedactor()),
  plainLong: fleetglass(LONG, false),
  pino: pinoLine,
  otel: openTelemetrySpan,
  floor,
});

report('emit, one listener', results.plain, 'µs CPU', { max: 0.3, guide: true });
report('emit, redaction on, short text', results.redactedShort, 'µs CPU', { max: 0.8, guide: true });
const perByte =
  ((median(results.redactedLong) - median(results.redactedShort)) * 1_000) / (LONG.length - SHORT.length);
report('redaction, a byte of text', perByte, 'ns CPU', { max: 0.8, guide: true });
report('peer: pino line', results.pino, 'µs CPU');
report('peer: OpenTelemetry span, batch, exporter that does nothing', results.otel, 'µs CPU');
report('floor: object, ring, listener', results.floor, 'µs CPU');
report('pino ÷ ours', ratios(results.pino, results.plain), '×', { min: 4 });
report('OpenTelemetry ÷ ours', ratios(results.otel, results.plain), '×', { min: 10 });
