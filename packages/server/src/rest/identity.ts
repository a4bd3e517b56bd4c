import * as z from 'zod';
import { mayDo, maySteer } from '../gateway/rights.js';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { id, time } from './values.js';

const identity = z
  .object({
    name: z.string().describe('Name of the token, or of whoever it belongs to').optional(),
    role: z.enum(['admin', 'developer', 'viewer']),
    mayCommand: z
      .boolean()
      .describe('Whether there is anything that may be steered: by the role, the scope and the host'),
    mayManage: z.boolean().describe('Whether runs may be deleted, and templates and rules changed'),
    scope: z
      .object({
        runId: id.optional(),
        threadId: id.optional(),
        agentId: id.optional(),
        taskId: id.optional(),
        types: z.array(z.string()).optional(),
      })
      .describe('All that is shown; absent: everything')
      .optional(),
    expiresAt: time.optional(),
  })
  .meta(component('Identity'));

export const identityEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/identity',
    id: 'getIdentity',
    tag: 'System',
    role: 'viewer',
    from: 'content',
    summary: 'Who asks, and what they may do',
    description:
      'What a page asks first: 401 says that a token is needed, or that this one is no longer good.',
    answer: identity,
    handle: ({ identity: asker, host }) => {
      const { actor, role = 'admin', scope, expiresAt } = asker;
      const name = actor?.name ?? actor?.id;
      return {
        role,
        mayCommand: maySteer(asker) && host.commands.readOnly !== true,
        mayManage: mayDo('manage', asker),
        ...(name === undefined ? {} : { name }),
        ...(scope === undefined ? {} : { scope }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
    },
  }),
];
