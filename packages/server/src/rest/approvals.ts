import { FleetglassError } from '@fleetglass/core';
import type { ApprovalState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { done } from './run-commands.js';
import { actor, id, json, jsonObject, time } from './values.js';

const status = z.enum(['pending', 'decided', 'expired']);

const approval = z
  .object({
    id: z.string(),
    runId: z.string().optional(),
    threadId: z.string().optional(),
    agentId: z.string().optional(),
    taskId: z.string().optional(),
    title: z.string(),
    details: jsonObject.optional(),
    options: z.array(z.string()).describe('Answers to choose from'),
    requestedAt: time,
    expiresAt: time.optional(),
    onExpiry: z.string().optional(),
    status,
    decision: z.string().optional(),
    note: z.string().optional(),
    by: actor.optional(),
    decidedAt: time.optional(),
  })
  .meta(component('Approval'));

const viewApproval = (row: ApprovalState): z.input<typeof approval> => ({
  id: row.approvalId,
  runId: row.runId,
  threadId: row.threadId,
  agentId: row.agentId,
  taskId: row.taskId,
  title: row.title,
  details: row.details,
  options: [...(row.options ?? ['approve', 'reject'])],
  requestedAt: row.requestedAt,
  expiresAt: row.expiresAt,
  onExpiry: row.onExpiry,
  status: row.status,
  decision: row.decision,
  note: row.note,
  by: row.by,
  decidedAt: row.decidedAt,
});

const keyOf = ({ runId = '', approvalId }: ApprovalState): string => `${runId}/${approvalId}`;

export const approvalEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/approvals',
    id: 'listApprovals',
    tag: 'Approvals',
    role: 'viewer',
    summary: 'Decisions that runs wait for, or waited for, the oldest first',
    query: { runId: id.optional(), status: status.optional(), ...pageQuery },
    answer: pageOf(approval),
    handle: (call) => {
      const { runId, status: wanted } = call.query;
      return page(call, {
        ...(runId === undefined ? {} : { run: runId }),
        rows: (state) =>
          [...state.approvals.values()].filter(
            (row) =>
              (runId === undefined || row.runId === runId) && (wanted === undefined || row.status === wanted),
          ),
        keyOf,
        viewOf: viewApproval,
      });
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/approvals/{approvalId}',
    id: 'getApproval',
    tag: 'Approvals',
    role: 'viewer',
    summary: 'One decision of a run',
    params: { runId: id, approvalId: id },
    answer: approval,
    handle: async (call) => {
      const { runId, approvalId } = call.params;
      const { state } = await call.reader.run(runId, call.scope);
      const row = state.approvals.get(`${runId}/${approvalId}`);
      if (!row)
        throw new FleetglassError(
          'APPROVAL_NOT_FOUND',
          'The run has no such approval here: list its approvals to see their ids.',
        );
      return viewApproval(row);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/runs/{runId}/approvals/{approvalId}/decision',
    id: 'decideApproval',
    tag: 'Approvals',
    role: 'developer',
    summary: 'Answer; the first answer counts',
    params: { runId: id, approvalId: id },
    body: z.strictObject({
      decision: z.string().min(1).max(256).describe('One of its options'),
      note: z.string().max(4_000).optional(),
      data: json.describe('What else the person filled in').optional(),
    }),
    answer: done,
    handle: async (call) => {
      const { decision, note, data } = call.body;
      await call.command({
        type: 'decide',
        ...call.params,
        decision,
        ...(note === undefined ? {} : { note }),
        ...(data === undefined ? {} : { data: data as never }),
      });
      return { ok: true };
    },
  }),
];
