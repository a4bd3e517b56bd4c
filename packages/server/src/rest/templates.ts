import { FleetglassError } from '@fleetglass/core';
import { countCategories } from '@fleetglass/core/planner';
import type { Template, TemplateChange, TemplateDraft, TemplateLibrary } from '@fleetglass/core/planner';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call, Endpoint } from './endpoint.js';
import { done } from './run-commands.js';
import { count, id, time, whole, words } from './values.js';
import { agentDefinition, workflow } from './workflow-schema.js';

const described = {
  name: z.string(),
  category: z.string(),
  description: z.string().optional(),
};

const stored = {
  id: z.string(),
  version: count,
  createdAt: time.describe('When this version was made'),
  forkOf: z.object({ id: z.string(), version: count }).optional(),
};

const template = z
  .union([
    z.object({ ...stored, ...described, kind: z.literal('agent'), content: agentDefinition }),
    z.object({ ...stored, ...described, kind: z.literal('workflow'), content: workflow }),
  ])
  .meta(component('Template'));

const draft = z
  .union([
    z.strictObject({ ...described, kind: z.literal('agent'), content: agentDefinition }),
    z.strictObject({ ...described, kind: z.literal('workflow'), content: workflow }),
  ])
  .meta(component('TemplateDraft'));

const change = z.strictObject({
  name: z.string().optional(),
  category: z.string().optional(),
  description: z.string().optional(),
  content: z.union([workflow, agentDefinition]).optional(),
});

/** What has no value is left out, so that the library may check it as JSON. */
const plain = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

const view = (each: Template): z.input<typeof template> => plain(each) as z.input<typeof template>;

function libraryOf({ offers }: Call): TemplateLibrary {
  if (offers.templates) return offers.templates;
  throw new FleetglassError(
    'NOT_FOUND',
    'This gateway has no library of templates: give it `offers.templates`.',
  );
}

const noTemplate = (): FleetglassError =>
  new FleetglassError(
    'NOT_FOUND',
    'There is no such template, or not in that version: list the templates to see their ids.',
  );

const all = { role: 'viewer', wholeFleet: true, from: 'content', tag: 'Templates' } as const;
const writing = { role: 'developer', wholeFleet: true, tag: 'Templates' } as const;

export const templateEndpoints: readonly Endpoint[] = [
  endpoint({
    ...all,
    method: 'get',
    path: '/api/v1/templates',
    id: 'listTemplates',
    summary: 'Templates of agents and workflows, in their newest versions',
    query: {
      kind: z.enum(['agent', 'workflow']).optional(),
      category: z.string().max(100).optional(),
      text: words.optional(),
    },
    answer: z.object({
      items: z.array(template),
      categories: z.array(z.object({ category: z.string(), count })),
    }),
    handle: async (call) => {
      const wanted = Object.fromEntries(
        Object.entries(call.query).filter(([, value]) => value !== undefined),
      );
      const items = await libraryOf(call).list(wanted);
      return { items: items.map(view), categories: [...countCategories(items)] };
    },
  }),
  endpoint({
    ...writing,
    method: 'post',
    path: '/api/v1/templates',
    id: 'createTemplate',
    status: 201,
    summary: 'Store a template',
    body: draft,
    answer: template,
    handle: async (call) => view(await libraryOf(call).create(plain(call.body) as TemplateDraft)),
  }),
  endpoint({
    ...all,
    method: 'get',
    path: '/api/v1/templates/{templateId}',
    id: 'getTemplate',
    summary: 'One template, in its newest version or an older one',
    params: { templateId: id },
    query: { version: whole(1, 1_000_000_000).optional() },
    answer: template,
    handle: async (call) => {
      const found = await libraryOf(call).get(call.params.templateId, call.query.version);
      if (!found) throw noTemplate();
      return view(found);
    },
  }),
  endpoint({
    ...all,
    method: 'get',
    path: '/api/v1/templates/{templateId}/versions',
    id: 'listTemplateVersions',
    summary: 'Versions of a template that are kept, the oldest first',
    params: { templateId: id },
    answer: z.object({ items: z.array(template) }),
    handle: async (call) => {
      const versions = await libraryOf(call).versions(call.params.templateId);
      if (versions.length === 0) throw noTemplate();
      return { items: versions.map(view) };
    },
  }),
  endpoint({
    ...writing,
    method: 'patch',
    path: '/api/v1/templates/{templateId}',
    id: 'updateTemplate',
    summary: 'Change a template: it gets a new version, the old ones stay',
    params: { templateId: id },
    query: {
      expectedVersion: whole(1, 1_000_000_000)
        .describe('Newest version that the change was made to; refused when there is a newer one')
        .optional(),
    },
    body: change,
    answer: template,
    handle: async (call) => {
      const { templateId } = call.params;
      const made: TemplateChange = plain(call.body);
      return view(await libraryOf(call).update(templateId, made, call.query.expectedVersion));
    },
  }),
  endpoint({
    ...writing,
    method: 'post',
    path: '/api/v1/templates/{templateId}/fork',
    id: 'forkTemplate',
    status: 201,
    summary: 'A new template with the content of another',
    params: { templateId: id },
    query: { version: whole(1, 1_000_000_000).optional() },
    body: change.optional(),
    answer: template,
    handle: async (call) => {
      const made: TemplateChange = plain(call.body ?? {});
      return view(await libraryOf(call).fork(call.params.templateId, made, call.query.version));
    },
  }),
  endpoint({
    ...writing,
    role: 'admin',
    method: 'delete',
    path: '/api/v1/templates/{templateId}',
    id: 'deleteTemplate',
    summary: 'Delete a template with all of its versions',
    params: { templateId: id },
    answer: done,
    handle: async (call) => {
      if (!(await libraryOf(call).delete(call.params.templateId))) throw noTemplate();
      return { ok: true };
    },
  }),
  endpoint({
    ...all,
    method: 'get',
    path: '/api/v1/workflows',
    id: 'listWorkflows',
    summary: 'Workflows that were saved',
    query: { category: z.string().max(100).optional(), text: words.optional() },
    answer: z.object({ items: z.array(template) }),
    handle: async (call) => {
      const wanted = Object.fromEntries(
        Object.entries(call.query).filter(([, value]) => value !== undefined),
      );
      return { items: (await libraryOf(call).list({ ...wanted, kind: 'workflow' })).map(view) };
    },
  }),
  endpoint({
    ...writing,
    method: 'post',
    path: '/api/v1/workflows',
    id: 'saveWorkflow',
    status: 201,
    summary: 'Save a workflow: a template of its kind',
    body: z.strictObject({
      category: z.string().default('Workflows'),
      description: z.string().optional(),
      workflow,
    }),
    answer: template,
    handle: async (call) => {
      const { category, description, workflow: content } = call.body;
      const made = { kind: 'workflow', name: content.name, category, description, content };
      return view(await libraryOf(call).create(plain(made) as TemplateDraft));
    },
  }),
];
