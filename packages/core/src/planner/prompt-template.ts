import { FleetglassError } from '../errors/fleetglass-error.js';

/** What a template may name as `{{variable}}`. */
export const PROMPT_VARIABLES = [
  'role',
  'type',
  'complexity',
  'guidance',
  'instructions',
  'task',
  'workingDirectory',
  'results',
] as const;

/** A name that may stand in a prompt of a template. */
export type PromptVariable = (typeof PROMPT_VARIABLES)[number];

/** Values of variables; an absent one is empty. */
export type PromptValues = { readonly [V in PromptVariable]?: string };

const PLACEHOLDER = /\{\{[ \t]*(\w+)[ \t]*\}\}/g;

const isVariable = (name: string): name is PromptVariable =>
  (PROMPT_VARIABLES as readonly string[]).includes(name);

/** @throws FleetglassError `BAD_INPUT` when `template` names a variable that does not exist */
export function checkTemplate(template: string, what: string): void {
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (isVariable(name)) continue;
    throw new FleetglassError(
      'BAD_INPUT',
      `${what} names {{${name.slice(0, 64)}}}; there are ${PROMPT_VARIABLES.join(', ')}.`,
    );
  }
}

/**
 * Puts values in place of `{{variable}}`, once: what a value holds is never read as a template. A line whose variables
 * are all empty is left out, and of blank lines that then follow each other one stays.
 */
export function renderTemplate(template: string, values: PromptValues): string {
  const lines: string[] = [];
  let wasBlank = true;
  for (const line of template.split('\n')) {
    const names = Array.from(line.matchAll(PLACEHOLDER), ([, name = '']) => name);
    const filled = names.some((name) => isVariable(name) && (values[name] ?? '') !== '');
    if (names.length > 0 && !filled) continue;
    const isBlank = line.trim() === '';
    if (isBlank && wasBlank) continue;
    wasBlank = isBlank;
    lines.push(
      line.replace(PLACEHOLDER, (_, name: string) => (isVariable(name) ? (values[name] ?? '') : '')),
    );
  }
  if (wasBlank) lines.pop();
  return lines.join('\n');
}
