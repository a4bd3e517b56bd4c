import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Fields } from '../execution/ancestry.js';
import type { CompiledGraph } from './compiled-graph.js';
import { assertJson } from '../run/payload.js';

/** Checks the input of a graph. @throws FleetglassError `BAD_INPUT`, `STATE_NOT_JSON` */
export async function readInput(graph: CompiledGraph, input: unknown): Promise<Fields> {
  const given = input ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new FleetglassError(
      'BAD_INPUT',
      `The input of graph '${graph.name}' must be an object of its state's fields.`,
    );
  }
  let values: object = given;
  if (graph.schema) {
    const checked = await graph.schema['~standard'].validate(given);
    if (checked.issues) {
      const issues = checked.issues.slice(0, 10).map(({ message, path }) => {
        const keys = path?.map((part) => String(typeof part === 'object' ? part.key : part)) ?? [];
        return keys.length > 0 ? `${keys.join('.')}: ${message}` : message;
      });
      throw new FleetglassError(
        'BAD_INPUT',
        `The input of graph '${graph.name}' is wrong: ${issues.join('; ')}.`,
        {
          details: { issues },
        },
      );
    }
    values = checked.value;
  }
  const present = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  assertJson(present, `The input of graph '${graph.name}'`);
  // A copy: tasks are given frozen values, and the host's own stay as they are.
  return JSON.parse(JSON.stringify(present)) as Fields;
}
