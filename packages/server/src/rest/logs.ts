import type { FleetEvent } from '@fleetglass/core/protocol';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { eventPage, eventPageOf } from './events.js';
import { pageQuery } from './place.js';
import { count, id, jsonObject, listOf, moment, time, words } from './values.js';

const level = z.enum(['debug', 'info', 'warn', 'error']);

const line = z
  .object({
    seq: count,
    time,
    runId: z.string().optional(),
    agentId: z.string().optional(),
    taskId: z.string().optional(),
    spanId: z.string().optional(),
    level,
    message: z.string(),
    fields: jsonObject.optional(),
  })
  .meta(component('LogLine'));

/** Lines are written by agents: what is none of these is shown as the nearest that is. */
const levelOf = (value: unknown): z.input<typeof level> => level.safeParse(value).data ?? 'info';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function viewLine({ seq, time: at, runId, agentId, taskId, spanId, data }: FleetEvent): z.input<typeof line> {
  const fields = jsonObject.safeParse(data['fields']).data;
  return {
    seq,
    time: at,
    runId,
    agentId,
    taskId,
    spanId,
    level: levelOf(data['level']),
    message: textOf(data['message']),
    fields,
  };
}

export const logEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/logs',
    id: 'listLogs',
    tag: 'Logs and files',
    role: 'viewer',
    summary: 'Lines that agents and their programs wrote',
    query: {
      runId: id.optional(),
      threadId: id.optional(),
      agentId: id.optional(),
      taskId: id.optional(),
      level: listOf(level).optional(),
      text: words.describe('Occurs in the message, in any case').optional(),
      from: moment.optional(),
      to: moment.optional(),
      order: z.enum(['ascending', 'descending']).default('descending'),
      ...pageQuery,
    },
    answer: eventPageOf(line),
    handle: (call) => {
      const { runId, threadId, agentId, taskId, level: levels, text, order } = call.query;
      const { from = -Infinity, to = Infinity } = call.query;
      const low = text?.toLowerCase();
      const scope = { runId, threadId, agentId, taskId };
      const given = Object.entries(scope).filter(([, value]) => value !== undefined);
      return eventPage(
        call,
        {
          filter: { ...Object.fromEntries(given), types: ['log.written'] },
          direction: order,
          accept: ({ time: at, data }) =>
            at >= from &&
            at <= to &&
            (levels === undefined || levels.includes(levelOf(data['level']))) &&
            (low === undefined || textOf(data['message']).toLowerCase().includes(low)),
        },
        viewLine,
      );
    },
  }),
];
