import type { FleetEvent } from '@fleetglass/core/protocol';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { eventPage, eventPageOf } from './events.js';
import { pageQuery } from './place.js';
import { readRun } from './runs.js';
import { touchedFiles } from './touched-files.js';
import { count, id, listOf, time, words } from './values.js';

const operation = z.enum(['read', 'created', 'modified', 'deleted', 'moved']);

const change = z
  .object({
    seq: count,
    time,
    agentId: z.string().optional(),
    taskId: z.string().optional(),
    operation,
    path: z.string(),
    from: z.string().describe('Where a moved file was before').optional(),
    lines: z.number().optional(),
    linesAdded: z.number().optional(),
    linesRemoved: z.number().optional(),
    diff: z.string().describe('A unified diff: fetch it from /api/v1/blobs/{ref}').optional(),
  })
  .meta(component('FileChange'));

const file = z
  .object({
    path: z.string(),
    operations: z.object({
      read: count,
      created: count,
      modified: count,
      deleted: count,
      moved: count,
    }),
    linesAdded: z.number(),
    linesRemoved: z.number(),
    agents: z.array(z.string()),
    firstAt: time,
    lastAt: time,
    last: operation,
    diff: z.string().describe('The newest unified diff, by reference').optional(),
  })
  .meta(component('TouchedFile'));

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What an event says that was done to a file. */
const operationOf = (type: string): z.input<typeof operation> =>
  operation.safeParse(type.slice('file.'.length)).data ?? 'modified';

function viewChange({ seq, time: at, type, agentId, taskId, data }: FleetEvent): z.input<typeof change> {
  return {
    seq,
    time: at,
    agentId,
    taskId,
    operation: operationOf(type),
    path: textOf(data['path']) ?? '',
    from: textOf(data['from']),
    lines: numberOf(data['lines']),
    linesAdded: numberOf(data['linesAdded']),
    linesRemoved: numberOf(data['linesRemoved']),
    diff: textOf(data['diff']),
  };
}

export const fileEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/files',
    id: 'listFiles',
    tag: 'Logs and files',
    role: 'viewer',
    summary: 'Files that a run touched, by path',
    params: { runId: id },
    query: {
      agentId: id.optional(),
      operation: listOf(operation).optional(),
      text: words.describe('Occurs in the path, in any case').optional(),
    },
    answer: z.object({
      items: z.array(file),
      more: z.boolean().describe('Whether the run touched more files than are listed one by one'),
    }),
    handle: async (call) => {
      const { agentId, operation: wanted, text } = call.query;
      const { files, more } = await touchedFiles(call, call.params.runId);
      const low = text?.toLowerCase();
      const items = files
        .filter(
          ({ path, agents, operations }) =>
            (low === undefined || path.toLowerCase().includes(low)) &&
            (agentId === undefined || agents.includes(agentId)) &&
            (wanted === undefined || wanted.some((each) => operations[each] > 0)),
        )
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      return { items, more };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/file-changes',
    id: 'listFileChanges',
    tag: 'Logs and files',
    role: 'viewer',
    summary: 'What was done to the files of a run, the newest first',
    params: { runId: id },
    query: {
      path: z.string().max(4_096).optional(),
      agentId: id.optional(),
      operation: listOf(operation).optional(),
      order: z.enum(['ascending', 'descending']).default('descending'),
      ...pageQuery,
    },
    answer: eventPageOf(change),
    handle: async (call) => {
      const { runId } = call.params;
      const { path, agentId, operation: wanted, order } = call.query;
      const { run } = await readRun(call, runId);
      return eventPage(
        call,
        {
          filter: { runId, ...(agentId === undefined ? {} : { agentId }), types: ['file'] },
          direction: order,
          from: run.firstSeq,
          accept: ({ type, data }) =>
            (path === undefined || data['path'] === path || data['from'] === path) &&
            (wanted === undefined || wanted.includes(operationOf(type))),
        },
        viewChange,
      );
    },
  }),
];
