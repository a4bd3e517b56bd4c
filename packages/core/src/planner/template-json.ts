import * as z from 'zod';
import { FleetglassError, isFleetglassError } from '../errors/fleetglass-error.js';
import { assertPlain, assertSchema } from '../protocol/schema/check.js';
import type { Template, TemplateDraft } from './template.js';
import { draftOf, parseTemplateDraft } from './template.js';
import type { TemplateLibrary } from './template-library.js';

const FORMAT = 'fleetglass.templates';
const FORMAT_VERSION = 1;
/** Most characters of a file, and most templates in it. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
const MAX_TEMPLATES = 1_000;

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  templates: z.array(z.unknown()).max(MAX_TEMPLATES),
});

/** These versions of templates as a JSON file, without ids: whoever imports it gets templates of their own. */
export function exportTemplates(templates: readonly Template[]): string {
  const file = { format: FORMAT, formatVersion: FORMAT_VERSION, templates: templates.map(draftOf) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Reads a file that {@link exportTemplates} wrote, or that somebody claims it did.
 *
 * @throws FleetglassError `BAD_INPUT` naming the first place that is wrong, `GRAPH_INVALID` for steps that do not fit
 */
export function parseTemplates(text: string): readonly TemplateDraft[] {
  if (text.length > MAX_CHARACTERS) {
    throw new FleetglassError(
      'BAD_INPUT',
      `A file of templates has at most ${MAX_CHARACTERS} characters; split it.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FleetglassError('BAD_INPUT', 'The file of templates is not JSON.', { cause });
  }
  assertPlain(value, 'BAD_INPUT', 'A file of templates');
  assertSchema(fileSchema, value, 'BAD_INPUT', 'The file of templates');
  const { templates } = value as { readonly templates: readonly unknown[] };
  return templates.map((template, index) => {
    try {
      return parseTemplateDraft(template);
    } catch (error) {
      throw atIndex(error, index);
    }
  });
}

/** The same error, which says which template it is about. */
function atIndex(error: unknown, index: number): unknown {
  if (!isFleetglassError(error)) return error;
  const { path } = error.details ?? {};
  return new FleetglassError(error.code, `Template ${index + 1}: ${error.message}`, {
    details: {
      ...error.details,
      path: ['templates', String(index), ...(typeof path === 'string' && path !== '' ? [path] : [])].join(
        '.',
      ),
    },
    cause: error,
  });
}

/** Adds all templates of a file, or none. @throws FleetglassError as {@link parseTemplates} */
export async function importTemplates(library: TemplateLibrary, text: string): Promise<readonly Template[]> {
  return library.createAll(parseTemplates(text));
}
