import { selectCheckpoints } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { readRun } from './runs.js';
import { costTotals, count, id, time } from './values.js';

const checkpoint = z
  .object({
    id: z.string().describe('What a fork takes'),
    seq: count.describe('Position in the log; 0 for the start'),
    time: time.describe('When its task ended; absent for the start').optional(),
    taskId: z.string().optional(),
    node: z.string().optional(),
    agentId: z.string().optional(),
    completed: count.describe('Tasks that were completed by then'),
    spent: costTotals.describe('What a fork takes over without paying'),
  })
  .meta(component('Checkpoint'));

const saved = z
  .object({
    checkpointId: z.string(),
    version: count,
    label: z.string().optional(),
    seq: count,
    time,
  })
  .meta(component('SavedCheckpoint'));

export const checkpointEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/checkpoints',
    id: 'listCheckpoints',
    tag: 'Checkpoints',
    role: 'viewer',
    summary: 'Moments of a run of a graph that it can be forked from, the oldest first',
    params: { runId: id },
    query: pageQuery,
    answer: pageOf(checkpoint),
    handle: async (call) => {
      const { runId } = call.params;
      await readRun(call, runId);
      return page(call, {
        run: runId,
        rows: (state) => selectCheckpoints(state, runId),
        keyOf: (row) => row.id,
        viewOf: ({ id: checkpointId, seq, task, completed, spent }) => ({
          id: checkpointId,
          seq,
          time: task?.endedAt,
          taskId: task?.id,
          node: task?.node,
          agentId: task?.agentId,
          completed,
          spent,
        }),
      });
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/saved-checkpoints',
    id: 'listSavedCheckpoints',
    tag: 'Checkpoints',
    role: 'viewer',
    summary: 'Checkpoints that a run without a graph reported',
    params: { runId: id },
    answer: z.object({ items: z.array(saved) }),
    handle: async (call) => ({ items: (await readRun(call, call.params.runId)).run.checkpoints }),
  }),
];
