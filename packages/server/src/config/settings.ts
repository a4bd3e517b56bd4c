import type * as z from 'zod';
import { configSchema, settingNotes } from './schema.js';

/** One setting and the names by which it is given. */
export interface Setting {
  /** Where it stands in a file, such as `limits.maxConnections`. */
  readonly name: string;
  /** Environment variable, such as `FLEETGLASS_LIMITS_MAX_CONNECTIONS`. */
  readonly variable: string;
  /** Flag without its dashes, such as `limits-max-connections`; secrets have none. */
  readonly flag: string | undefined;
  readonly kind: 'text' | 'number' | 'boolean' | 'list';
  readonly description: string;
  /** What a value has to be. */
  readonly must: string;
  /** What counts where nothing is given; `undefined` for nothing at all. */
  readonly fallback: unknown;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  readonly schema: z.ZodType;
}

const KINDS: Readonly<Record<string, Setting['kind']>> = {
  number: 'number',
  boolean: 'boolean',
  array: 'list',
};

/** The type below `default` and `optional`. */
function kindOf(schema: z.ZodType): Setting['kind'] {
  const { type, innerType } = schema.def as { readonly type: string; readonly innerType?: z.ZodType };
  return innerType ? kindOf(innerType) : (KINDS[type] ?? 'text');
}

function settingsOf(schema: z.ZodType, path: readonly string[]): Setting[] {
  const note = settingNotes.get(schema);
  if (!note) {
    const { shape, innerType } = schema.def as {
      readonly shape?: Readonly<Record<string, z.ZodType>>;
      readonly innerType?: z.ZodType;
    };
    if (innerType) return settingsOf(innerType, path);
    return Object.entries(shape ?? {}).flatMap(([name, inner]) => settingsOf(inner, [...path, name]));
  }
  const words = path.flatMap((part) => part.split(/(?=[A-Z])/)).map((word) => word.toLowerCase());
  const empty = schema.safeParse(undefined);
  const isSecret = note.isSecret ?? false;
  return [
    {
      name: path.join('.'),
      variable: `FLEETGLASS_${words.join('_').toUpperCase()}`,
      flag: isSecret ? undefined : words.join('-'),
      kind: kindOf(schema),
      description: note.description,
      must: note.must,
      fallback: empty.data,
      isRequired: !empty.success,
      isSecret,
      schema,
    },
  ];
}

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly Setting[] = settingsOf(configSchema, []);
