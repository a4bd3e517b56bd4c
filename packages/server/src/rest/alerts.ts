import { alertKey, FleetglassError, selectAlertKeys } from '@fleetglass/core';
import type { AlertState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import type { GatewayOffers } from './rest-context.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { done } from './run-commands.js';
import { actor, id, jsonObject, time } from './values.js';

const severity = z.enum(['info', 'warning', 'critical']);

const alert = z
  .object({
    id: z.string(),
    runId: z.string().optional(),
    threadId: z.string().optional(),
    agentId: z.string().optional(),
    taskId: z.string().optional(),
    rule: z.string(),
    severity,
    message: z.string(),
    details: jsonObject.optional(),
    status: z.enum(['raised', 'acknowledged', 'resolved']),
    raisedAt: time,
    by: actor.describe('Who took it on').optional(),
  })
  .meta(component('Alert'));

const viewAlert = (row: AlertState): z.input<typeof alert> => ({
  id: row.alertId,
  runId: row.runId,
  threadId: row.threadId,
  agentId: row.agentId,
  taskId: row.taskId,
  rule: row.rule,
  severity: row.severity,
  message: row.message,
  details: row.details,
  status: row.status,
  raisedAt: row.raisedAt,
  by: row.by,
});

const rules = z
  .record(z.string(), z.union([z.boolean(), jsonObject]))
  .meta(
    component(
      'AlertRules',
      'By the name of the rule: false is off, true takes the defaults, an object sets its fields. One that is absent is as by default',
    ),
  );

function rulesOf({ offers }: Call): NonNullable<GatewayOffers['alertRules']> {
  if (offers.alertRules) return offers.alertRules;
  throw new FleetglassError(
    'NOT_FOUND',
    'This gateway does not offer its alert rules: give it `offers.alertRules`.',
  );
}

export const alertEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/alerts',
    id: 'listAlerts',
    tag: 'Alerts',
    role: 'viewer',
    summary: 'Alerts: what nobody has taken on first, then the most severe, then the newest',
    query: {
      runId: id.optional(),
      severity: severity.optional(),
      rule: z.string().max(100).optional(),
      status: z.enum(['raised', 'acknowledged', 'resolved', 'open']).optional(),
      ...pageQuery,
    },
    answer: pageOf(alert),
    handle: (call) => {
      const { runId, severity: wanted, rule, status } = call.query;
      return page(call, {
        ...(runId === undefined ? {} : { run: runId }),
        rows: (state) =>
          selectAlertKeys(state, { runId, severity: wanted, rule, status }).flatMap(
            (key) => state.alerts.get(key) ?? [],
          ),
        keyOf: alertKey,
        viewOf: viewAlert,
      });
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/alerts/{alertId}/acknowledge',
    id: 'acknowledgeAlert',
    tag: 'Alerts',
    role: 'developer',
    summary: 'Take an alert on; it stays open until it is resolved',
    params: { alertId: id },
    body: z
      .strictObject({
        runId: id.describe("The alert's run; absent for one of the fleet").optional(),
      })
      .optional(),
    answer: done,
    handle: async (call) => {
      const runId = call.body?.runId;
      const { alertId } = call.params;
      await call.command({ type: 'acknowledge', alertId, ...(runId === undefined ? {} : { runId }) });
      return { ok: true };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/alert-rules',
    id: 'getAlertRules',
    tag: 'Alerts',
    role: 'viewer',
    wholeFleet: true,
    from: 'content',
    summary: 'When alerts are raised',
    answer: rules,
    handle: (call) => rulesOf(call).read() as Record<string, boolean | Record<string, unknown>>,
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/alert-rules',
    id: 'setAlertRules',
    tag: 'Alerts',
    role: 'admin',
    wholeFleet: true,
    summary: 'Take other rules from now on',
    body: rules,
    answer: rules,
    handle: async (call) => {
      const offered = rulesOf(call);
      if (!offered.change) {
        throw new FleetglassError(
          'METHOD_NOT_ALLOWED',
          'This gateway shows its alert rules but does not let them change: give it `offers.alertRules.change`.',
        );
      }
      await offered.change(call.body);
      return offered.read() as Record<string, boolean | Record<string, unknown>>;
    },
  }),
];
