import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call, Endpoint } from './endpoint.js';
import { id, json, jsonObject } from './values.js';

/** What a command that gives nothing back is answered with. */
export const done = z.object({ ok: z.literal(true) }).meta(component('Done'));

const begun = z.object({ runId: z.string() }).meta(component('RunBegun', 'The run that was started'));

const ONCE = 'With an `Idempotency-Key` the same request is carried out once, however often it is sent.';

const textOf = (result: unknown): string => {
  const runId = (result as { readonly runId?: unknown } | null | undefined)?.runId;
  return typeof runId === 'string' ? runId : '';
};

/** Names the new run's address, below whatever the gateway is mounted under. */
function locate({ http }: Call, runId: string): void {
  const { pathname } = new URL(http.req.url);
  const before = pathname.slice(0, pathname.indexOf('/api/v1/'));
  http.header('location', `${before}/api/v1/runs/${encodeURIComponent(runId)}`);
}

/** A command that takes nothing but its run. */
const steering = (type: 'pause' | 'resume', summary: string): Endpoint =>
  endpoint({
    method: 'post',
    path: `/api/v1/runs/{runId}/${type}`,
    id: `${type}Run`,
    tag: 'Runs',
    role: 'developer',
    summary,
    description: ONCE,
    params: { runId: id },
    body: z.strictObject({}).optional(),
    answer: done,
    handle: async (call) => {
      await call.command({ type, runId: call.params.runId });
      return { ok: true };
    },
  });

export const runCommandEndpoints = [
  endpoint({
    method: 'post',
    path: '/api/v1/runs',
    id: 'startRun',
    tag: 'Runs',
    role: 'developer',
    status: 201,
    summary: 'Start a run of something that the host registered by name',
    description: ONCE,
    body: z.strictObject({ name: id, input: json.optional() }),
    answer: begun,
    handle: async (call) => {
      const { name, input } = call.body;
      const result = await call.command({
        type: 'start',
        name,
        ...(input === undefined ? {} : { input: input as never }),
      });
      const runId = textOf(result);
      locate(call, runId);
      return { runId };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/runs/{runId}/cancel',
    id: 'cancelRun',
    tag: 'Runs',
    role: 'developer',
    summary: 'Stop a run and everything in it',
    description: ONCE,
    params: { runId: id },
    body: z.strictObject({ message: z.string().max(2_000).optional() }).optional(),
    answer: done,
    handle: async (call) => {
      const message = call.body?.message;
      await call.command({
        type: 'cancel',
        runId: call.params.runId,
        ...(message === undefined ? {} : { message }),
      });
      return { ok: true };
    },
  }),
  steering('pause', 'Let running tasks finish and start no new one'),
  steering('resume', 'Go on after a pause'),
  endpoint({
    method: 'post',
    path: '/api/v1/runs/{runId}/fork',
    id: 'forkRun',
    tag: 'Runs',
    role: 'developer',
    status: 201,
    summary: 'Start a new run from a checkpoint',
    description: ONCE,
    params: { runId: id },
    body: z.strictObject({
      checkpointId: id,
      patch: jsonObject.describe('Fields of the state to replace').optional(),
    }),
    answer: begun,
    handle: async (call) => {
      const { checkpointId, patch } = call.body;
      const result = await call.command({
        type: 'fork',
        runId: call.params.runId,
        checkpointId,
        ...(patch === undefined ? {} : { patch: patch as never }),
      });
      const runId = textOf(result);
      locate(call, runId);
      return { runId };
    },
  }),
];
