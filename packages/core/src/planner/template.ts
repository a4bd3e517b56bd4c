import * as z from 'zod';
import { assertPlain, assertSchema } from '../protocol/schema/check.js';
import { maybe } from '../protocol/schema/values.js';
import type { AgentDefinition } from './agent-definition.js';
import { agentDefinitionSchema } from './agent-definition.js';
import type { Workflow } from './workflow.js';
import { orderSteps, workflowSchema } from './workflow.js';

/** What a template makes: an agent, or the steps of a task. */
export type TemplateContent =
  | { readonly kind: 'agent'; readonly content: AgentDefinition }
  | { readonly kind: 'workflow'; readonly content: Workflow };

/** What a template is of. */
export type TemplateKind = TemplateContent['kind'];

interface TemplateDescription {
  /** For people; several templates may share one. */
  readonly name: string;
  /** Group that it is listed in, such as `Backend`. */
  readonly category: string;
  readonly description?: string;
}

/** A template that is not stored yet. Plain JSON. */
export type TemplateDraft = TemplateDescription & TemplateContent;

/** A version of a template, as it was stored: it never changes. */
export type Template = TemplateDraft & {
  readonly id: string;
  /** 1, 2, 3 and so on. */
  readonly version: number;
  /** Milliseconds since the epoch: when this version was made. */
  readonly createdAt: number;
  /** What it was forked from. */
  readonly forkOf?: { readonly id: string; readonly version: number };
};

const description = {
  name: z.string().min(1).max(200),
  category: z.string().min(1).max(100),
  description: maybe(z.string().max(4_000)),
};

export const templateDraftSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...description, kind: z.literal('agent'), content: agentDefinitionSchema }),
  z.strictObject({ ...description, kind: z.literal('workflow'), content: workflowSchema }),
]) satisfies z.ZodType<TemplateDraft>;

/**
 * Checks a template from outside.
 *
 * @returns the very object that was given
 * @throws FleetglassError `BAD_INPUT` with the place in `details.path`, `GRAPH_INVALID` when a workflow's steps do not
 * fit
 */
export function parseTemplateDraft(value: unknown): TemplateDraft {
  assertPlain(value, 'BAD_INPUT', 'A template');
  assertSchema(templateDraftSchema, value, 'BAD_INPUT', 'The template');
  const draft = value as unknown as TemplateDraft;
  if (draft.kind === 'workflow') orderSteps(draft.content);
  return draft;
}

/** A template without what the library added to it. */
export function draftOf(template: Template): TemplateDraft {
  const { id: _, version: _v, createdAt: _c, forkOf: _f, ...draft } = template;
  return draft;
}
