import type * as z from 'zod';
import { isRecord } from '../../lib/json.js';

/** Whether a value is surely what a schema asks for. */
export type Accepts = (value: unknown) => boolean;

const undecided: Accepts = () => false;

/**
 * A quick answer for the many values that are sound, without the copy and the report that parsing makes: one function
 * for each part of the schema, made once. `false` says only that the schema itself has to be asked, which is what
 * happens with every kind of schema and check that is not known here.
 */
export function compileAccepts(schema: z.core.$ZodType): Accepts {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const base = compileType(def);
  const checks = (def.checks ?? []).map(compileCheck);
  if (checks.length === 0) return base;
  return (value) => base(value) && checks.every((check) => check(value));
}

function compileType(def: z.core.$ZodTypes['_zod']['def']): Accepts {
  // `z.email()` and its like, which carry their check in the type.
  if ('format' in def) return undecided;
  switch (def.type) {
    case 'string':
      return (value) => typeof value === 'string';
    case 'number':
      return Number.isFinite;
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'any':
    case 'unknown':
      return () => true;
    case 'enum':
      return isOneOf(Object.values(def.entries));
    case 'literal':
      return isOneOf(def.values);
    case 'optional':
      return compileAccepts(def.innerType);
    case 'custom':
      return (value) => def.fn(value) === true;
    case 'array':
      return compileArray(compileAccepts(def.element));
    case 'record':
      return compileRecord(compileAccepts(def.keyType), compileAccepts(def.valueType));
    case 'object':
      return def.catchall?._zod.def.type === 'unknown' ? compileObject(def.shape) : undecided;
    case 'union':
      return compileUnion(def);
    default:
      return undecided;
  }
}

function compileCheck(check: z.core.$ZodCheck): Accepts {
  const def = check._zod.def as z.core.$ZodChecks['_zod']['def'] | z.core.$ZodCustomDef;
  switch (def.check) {
    case 'number_format':
      return def.format === 'safeint' ? Number.isSafeInteger : undecided;
    case 'greater_than': {
      const { inclusive } = def;
      const least = Number(def.value);
      return (value) => (inclusive ? (value as number) >= least : (value as number) > least);
    }
    case 'less_than': {
      const { inclusive } = def;
      const most = Number(def.value);
      return (value) => (inclusive ? (value as number) <= most : (value as number) < most);
    }
    case 'string_format': {
      const { pattern } = def;
      return pattern && !pattern.global && !pattern.sticky
        ? (value) => pattern.test(value as string)
        : undecided;
    }
    case 'custom':
      return (value) => def.fn(value) === true;
    default:
      return undecided;
  }
}

function isOneOf(values: readonly unknown[]): Accepts {
  const all = new Set(values);
  return (value) => all.has(value);
}

function compileArray(element: Accepts): Accepts {
  return (value) => Array.isArray(value) && value.every(element);
}

function compileRecord(key: Accepts, element: Accepts): Accepts {
  return (value) => {
    if (!isRecord(value)) return false;
    for (const name in value) if (!key(name) || !element(value[name])) return false;
    return true;
  };
}

function compileObject(shape: z.core.$ZodShape): Accepts {
  const names = Object.keys(shape);
  const fields = names.map((name) => compileAccepts(shape[name] as z.core.$ZodType));
  const mayLack = names.map((name) => (shape[name] as z.core.$ZodTypes)._zod.def.type === 'optional');
  return (value) => {
    if (!isRecord(value)) return false;
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const field = value[name];
      if (field === undefined && mayLack[i] === true && !(name in value)) continue;
      if (!(fields[i] as Accepts)(field)) return false;
    }
    return true;
  };
}

function compileUnion({ options, ...def }: z.core.$ZodUnionDef): Accepts {
  const discriminator = (def as Partial<z.core.$ZodDiscriminatedUnionDef>).discriminator;
  if (discriminator === undefined) {
    const any = options.map(compileAccepts);
    return (value) => any.some((option) => option(value));
  }
  const byValue = new Map<unknown, Accepts>();
  for (const option of options) {
    const accepts = compileAccepts(option);
    for (const value of option._zod.propValues?.[discriminator] ?? []) byValue.set(value, accepts);
  }
  return (value) => isRecord(value) && (byValue.get(value[discriminator]) ?? undecided)(value);
}
