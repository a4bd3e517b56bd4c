import type { Complexity } from '../protocol/events/task.js';
import { renderTemplate } from './prompt-template.js';
import type { Role } from './role.js';

/** What a step of a workflow gave. */
export interface StepResult {
  readonly step: string;
  readonly role: string;
  readonly text: string;
}

/** What a role is asked to work on. */
export interface PromptInput {
  readonly task: string;
  /** Name of the task type. @default 'custom' */
  readonly type?: string;
  /** @default 'moderate' */
  readonly complexity?: Complexity;
  readonly workingDirectory?: string;
  /** What this agent is told beyond its role. */
  readonly instructions?: string;
  /** What earlier steps gave, in the order in which they are shown. */
  readonly results?: readonly StepResult[];
}

/** Exactly what a model is sent. */
export interface RolePrompt {
  readonly system: string;
  readonly prompt: string;
}

const DEFAULT_PROMPT = `{{task}}

Working directory: {{workingDirectory}}

{{results}}`;

/** Data cannot leave its block, or pretend to be another one. */
const OWN_TAG = /<(?=\s*(?:\/\s*)?(?:task-description|step-result)\b)/gi;

const block = (tag: string, attributes: string, text: string): string =>
  `<${tag}${attributes}>\n${text.replace(OWN_TAG, '&lt;')}\n</${tag}>`;

/** Fills a role's templates. */
export function renderRole(role: Role, input: PromptInput): RolePrompt {
  const { task, type = 'custom', complexity = 'moderate', results = [] } = input;
  const values = {
    role: role.name,
    type,
    complexity,
    guidance: role.guidance?.[complexity] ?? '',
    instructions: input.instructions ?? '',
    task: block('task-description', '', task),
    workingDirectory: input.workingDirectory ?? '',
    results: results
      .map(({ step, role: by, text }) => block('step-result', ` step="${step}" role="${by}"`, text))
      .join('\n\n'),
  };
  return {
    system: renderTemplate(role.system, values),
    prompt: renderTemplate(role.prompt ?? DEFAULT_PROMPT, values),
  };
}
