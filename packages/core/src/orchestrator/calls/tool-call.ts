import type { Json } from '../../lib/json.js';
import type { SpanKind } from '../../protocol/events/span.js';
import type { SpanScope, ToolOptions } from './context.js';
import { draftEvent } from '../run/event-draft.js';
import { toFailure } from '../run/failure.js';
import { assertJson, toPayload } from '../run/payload.js';
import { hashRequest } from './request-hash.js';
import { commitReused } from './reused-span.js';
import type { CallScope } from './call-scope.js';

/** See {@link TaskContext.tool}. */
export async function callTool<T extends Json>(
  scope: CallScope,
  name: string,
  fn: (span: SpanScope) => T | Promise<T>,
  options: ToolOptions,
): Promise<T> {
  const { run } = scope;
  const key = options.key ?? scope.nextKey(`tool:${name}`);
  const hash = hashRequest([name, options.input ?? null]);
  const spanId = run.newId('span');
  const spanScope = scope.spanScope(spanId);
  const pending = options.input === undefined ? undefined : toPayload(options.input, run.services);
  const input = pending && 'then' in pending ? await pending : pending;
  const started = { kind: 'tool', name, ...(input === undefined ? {} : { input }) } as const;

  const known = scope.recorded('tool', key, hash);
  if (known) {
    await commitReused(run, started, spanScope);
    return known.result as T;
  }

  scope.note('span.started', started, spanScope);
  scope.spanOpened(spanId);
  try {
    const result = await fn({ spanId, signal: scope.signal });
    // A tool that returns nothing has the result null, as JSON has it.
    const json = assertJson(result ?? null, `The result of tool '${name}'`);
    scope.assertOpen();
    const output = await toPayload(json, run.services);
    if (!scope.spanClosed(spanId)) throw scope.reason();
    await run.journal.commit({
      events: [draftEvent('span.ended', { status: 'ok', output }, spanScope, run.time())],
      writes: [scope.record('tool', key, hash, json)],
    });
    return result;
  } catch (error) {
    endFailed(scope, spanId, error);
    throw error;
  }
}

function endFailed(scope: CallScope, spanId: string, error: unknown): void {
  if (!scope.spanClosed(spanId)) return;
  scope.note('span.ended', { status: 'error', error: toFailure(error) }, scope.spanScope(spanId));
}

/** See {@link TaskContext.once}. */
export async function recordOnce<T extends Json>(
  scope: CallScope,
  key: string,
  fn: () => T | Promise<T>,
): Promise<T> {
  const known = scope.recorded('once', key, '');
  if (known) return known.result as T;
  const result = await fn();
  const json = assertJson(result ?? null, `The result of once('${key}')`);
  scope.assertOpen();
  await scope.run.journal.commit({ writes: [scope.record('once', key, '', json)] });
  return result;
}

/** See {@link TaskContext.span}. */
export async function runSpan<T>(
  scope: CallScope,
  name: string,
  fn: (span: SpanScope) => T | Promise<T>,
  options: { readonly kind?: SpanKind; readonly input?: Json },
): Promise<T> {
  const { run } = scope;
  const spanId = run.newId('span');
  const input = options.input === undefined ? undefined : await toPayload(options.input, run.services);
  scope.note(
    'span.started',
    { kind: options.kind ?? 'custom', name, ...(input === undefined ? {} : { input }) },
    scope.spanScope(spanId),
  );
  scope.spanOpened(spanId);
  try {
    const result = await fn({ spanId, signal: scope.signal });
    if (scope.spanClosed(spanId)) scope.note('span.ended', { status: 'ok' }, scope.spanScope(spanId));
    return result;
  } catch (error) {
    endFailed(scope, spanId, error);
    throw error;
  }
}
