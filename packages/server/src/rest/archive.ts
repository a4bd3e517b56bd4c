import { FleetglassError } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import * as z from 'zod';
import type { Archive, ArchivedRun, ArchiveRefusal } from '../storage/archive.js';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { encodePlace, pageQuery, placeOf } from './place.js';
import { refusalOf, refusals } from './refusal.js';
import { count, id, time, words, workStatus } from './values.js';

const archivedRun = z
  .object({
    id: z.string(),
    threadId: z.string().optional(),
    name: z.string(),
    status: workStatus,
    createdAt: time,
    endedAt: time.optional(),
    archivedAt: time,
    restoredAt: time.describe('When it was put back; its files stay').optional(),
    events: count,
  })
  .meta(component('ArchivedRun'));

const archiveReport = z
  .object({ archived: z.array(archivedRun), refused: refusals })
  .meta(component('ArchiveReport'));

const restoreReport = z
  .object({ restored: z.array(z.string()), refused: refusals })
  .meta(component('RestoreReport'));

/** Most runs of one request: each is read, packed and written while the client waits. */
const MOST_RUNS = 100;

const severalRuns = z.strictObject({ runIds: z.array(id).min(1).max(MOST_RUNS) });

const viewArchived = (run: ArchivedRun): z.input<typeof archivedRun> => ({
  id: run.runId,
  threadId: run.threadId,
  name: run.name,
  status: run.status,
  createdAt: run.createdAt,
  endedAt: run.endedAt,
  archivedAt: run.archivedAt,
  restoredAt: run.restoredAt,
  events: run.events,
});

function archiveOf({ offers }: Call): Archive {
  if (offers.archive) return offers.archive;
  throw new FleetglassError(
    'NOT_FOUND',
    'This host archives no runs. Give it a folder for them: `retention.archiveDirectory`, or `archive` of `offers`.',
  );
}

const assertDone = ([refusal]: readonly ArchiveRefusal[]): void => {
  if (refusal) throw refusal.error;
};

const noArchived = (runId: string): FleetglassError =>
  new FleetglassError(
    'RUN_NOT_FOUND',
    `There is no archived run '${runId.slice(0, 100)}' here: list the archived ones to see their ids.`,
  );

export const archiveEndpoints = [
  endpoint({
    method: 'post',
    path: '/api/v1/runs/{runId}/archive',
    id: 'archiveRun',
    tag: 'Runs',
    role: 'admin',
    wholeFleet: true,
    summary: 'Archive a run that has ended: it leaves the store for files, whole',
    params: { runId: id },
    body: z.strictObject({}).optional(),
    answer: archivedRun,
    handle: async (call) => {
      const { archived, refused } = await archiveOf(call).archive([call.params.runId]);
      assertDone(refused);
      return viewArchived(archived[0] as ArchivedRun);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/run-archives',
    id: 'archiveRuns',
    tag: 'Runs',
    role: 'admin',
    wholeFleet: true,
    summary: 'Archive several runs; the answer tells of each',
    body: severalRuns,
    answer: archiveReport,
    handle: async (call) => {
      const { archived, refused } = await archiveOf(call).archive(call.body.runIds);
      return { archived: archived.map(viewArchived), refused: refused.map(refusalOf) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/run-archives',
    id: 'listArchivedRuns',
    tag: 'Runs',
    role: 'viewer',
    wholeFleet: true,
    from: 'content',
    summary: 'Archived runs, in an order of their own',
    query: {
      text: words.describe('Stands in its id or name').optional(),
      ...pageQuery,
    },
    answer: z.object({
      items: z.array(archivedRun),
      nextCursor: z.string().describe('Absent on the last page').optional(),
      position: z.string().describe('Newest position of the log at the time of the answer'),
    }),
    handle: async (call) => {
      const { text, limit } = call.query;
      const after = placeOf(call)?.after;
      const runs = await archiveOf(call).list({
        limit: limit + 1,
        ...(text === undefined ? {} : { text }),
        ...(after === undefined ? {} : { after }),
      });
      const items = runs.slice(0, limit);
      const last = items.at(-1);
      const { log } = call.reader;
      const seq = log.head();
      return {
        items: items.map(viewArchived),
        ...(last && runs.length > limit
          ? { nextCursor: encodePlace(call, { seq, at: 0, after: last.runId }) }
          : {}),
        position: encodeCursor({ epoch: log.epoch, seq }),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/run-archives/{runId}',
    id: 'getArchivedRun',
    tag: 'Runs',
    role: 'viewer',
    wholeFleet: true,
    from: 'content',
    summary: 'One archived run',
    params: { runId: id },
    answer: archivedRun,
    handle: async (call) => {
      const run = await archiveOf(call).find(call.params.runId);
      if (!run) throw noArchived(call.params.runId);
      return viewArchived(run);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/run-archives/{runId}/restore',
    id: 'restoreRun',
    tag: 'Runs',
    role: 'admin',
    wholeFleet: true,
    summary: 'Put an archived run back to where it was; its files stay',
    params: { runId: id },
    body: z.strictObject({}).optional(),
    answer: restoreReport,
    handle: async (call) => {
      const { restored, refused } = await archiveOf(call).restore([call.params.runId]);
      assertDone(refused);
      return { restored, refused: [] };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/run-restorations',
    id: 'restoreRuns',
    tag: 'Runs',
    role: 'admin',
    wholeFleet: true,
    summary: 'Put several archived runs back; the answer tells of each',
    body: severalRuns,
    answer: restoreReport,
    handle: async (call) => {
      const { restored, refused } = await archiveOf(call).restore(call.body.runIds);
      return { restored, refused: refused.map(refusalOf) };
    },
  }),
];
