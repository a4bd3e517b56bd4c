import { FleetglassError, isFinal } from '@fleetglass/core';
import type { Store } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { refusalOf, refusals } from './refusal.js';
import { noRun } from './runs.js';
import { flag, id } from './values.js';

const report = z
  .object({
    deleted: z.array(z.string()),
    refused: refusals,
  })
  .meta(component('DeletionReport'));

/** Most runs of one request. */
const MOST_RUNS = 1_000;

function storeOf({ offers }: Call): Store {
  if (offers.store) return offers.store;
  throw new FleetglassError(
    'NOT_FOUND',
    'This gateway does not let runs be deleted: give it `offers.store`.',
  );
}

/** @throws FleetglassError `RUN_NOT_FOUND`, `RUN_NOT_ENDED`, `LEASE_HELD` while a process works on it */
async function deleteRun(call: Call, runId: string, unfinished: boolean): Promise<void> {
  const store = storeOf(call);
  const { state } = await call.reader.run(runId, call.scope);
  const run = state.runs.get(runId);
  if (run && !isFinal(run.status) && !unfinished) {
    throw new FleetglassError(
      'RUN_NOT_ENDED',
      `Run '${runId.slice(0, 100)}' has not ended: cancel it first, or delete it with \`unfinished\`.`,
    );
  }
  if (!(await store.deleteRun(runId))) throw noRun(runId);
}

const UNFINISHED = 'Also runs that have not ended and that nobody works on';

export const deletionEndpoints = [
  endpoint({
    method: 'delete',
    path: '/api/v1/runs/{runId}',
    id: 'deleteRun',
    tag: 'Runs',
    role: 'admin',
    wholeFleet: true,
    summary: 'Delete a run: its events, records and files; what it spent goes on counting',
    params: { runId: id },
    query: { unfinished: flag.describe(UNFINISHED).default(false) },
    answer: report,
    handle: async (call) => {
      const { runId } = call.params;
      await deleteRun(call, runId, call.query.unfinished);
      return { deleted: [runId], refused: [] };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/run-deletions',
    id: 'deleteRuns',
    tag: 'Runs',
    role: 'admin',
    wholeFleet: true,
    summary: 'Delete several runs',
    body: z.strictObject({
      runIds: z.array(id).min(1).max(MOST_RUNS),
      unfinished: z.boolean().describe(UNFINISHED).default(false),
    }),
    answer: report,
    handle: async (call) => {
      storeOf(call);
      const { runIds, unfinished } = call.body;
      const deleted: string[] = [];
      const refused: ReturnType<typeof refusalOf>[] = [];
      for (const runId of new Set(runIds)) {
        try {
          await deleteRun(call, runId, unfinished);
          deleted.push(runId);
        } catch (error) {
          refused.push(refusalOf({ runId, error }));
        }
      }
      return { deleted, refused };
    },
  }),
];
