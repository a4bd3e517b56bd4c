import { parseArgs } from 'node:util';
import { nearestName } from '../lib/nearest-name.js';
import { SETTINGS } from './settings.js';

/** Where a setting was given. */
export type Source = 'flag' | 'environment' | 'file';

/** A value as it was given. */
export interface Given {
  readonly value: unknown;
  /** Whether numbers, booleans and lists are still text. */
  readonly isText: boolean;
  readonly source: Source;
  /** Named in sentences: `--port`, `FLEETGLASS_PORT` or a file. */
  readonly place: string;
}

type Values = ReadonlyMap<string, Given>;

const PREFIX = 'FLEETGLASS_';
/** What Kubernetes tells every container of a service that is called `fleetglass`. */
const OF_KUBERNETES = /^FLEETGLASS_(?:SERVICE_|PORT_\d)/;

const CONFIG_FLAG = 'config';

const meant = (written: string, names: readonly string[], prefix = ''): string => {
  const name = nearestName(written, names);
  return name === undefined ? '' : ` Did you mean ${prefix}${name}?`;
};

/** What was typed: settings, and the file that was named. */
export function readFlags(
  argv: readonly string[],
  problems: string[],
): { readonly given: Values; readonly file: string | undefined } {
  const flags = new Map(SETTINGS.flatMap((setting) => (setting.flag ? [[setting.flag, setting]] : [])));
  const names = [...flags.keys(), CONFIG_FLAG];
  const given = new Map<string, Given>();
  let file: string | undefined;
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      names.map(
        (name) => [name, { type: flags.get(name)?.kind === 'boolean' ? 'boolean' : 'string' }] as const,
      ),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  /** The value of a flag that nobody knows is not complained of a second time. */
  let isOfUnknown = false;
  for (const token of tokens) {
    if (token.kind === 'positional' && !isOfUnknown) problems.push(`"${token.value}" belongs to no flag.`);
    isOfUnknown = false;
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const isNegative = name.startsWith('no-') && flags.get(name.slice(3))?.kind === 'boolean';
    const setting = flags.get(isNegative ? name.slice(3) : name);
    if (name === CONFIG_FLAG) {
      if (value === undefined || value === '') problems.push('--config needs the path of a file.');
      file = value;
    } else if (!setting) {
      isOfUnknown = true;
      const secret = SETTINGS.find(({ isSecret, name: known }) => isSecret && known === name);
      problems.push(
        secret
          ? `--${name} would show a secret to everyone on this machine: set ${secret.variable} in the environment, or \`${name}\` in the file.`
          : `There is no flag ${rawName}.${meant(name, names, '--')}`,
      );
    } else if (setting.kind === 'boolean') {
      given.set(setting.name, of(value ?? String(!isNegative), rawName));
    } else if (value === undefined || value === '')
      problems.push(`${rawName} needs a value: ${setting.must}.`);
    else given.set(setting.name, of(value, rawName));
  }
  return { given, file };

  function of(value: unknown, place: string): Given {
    return { value, isText: true, source: 'flag', place };
  }
}

/** Settings of the environment; an empty variable counts as none. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
  problems: string[],
): Values {
  const given = new Map<string, Given>();
  const byVariable = new Map(SETTINGS.map((setting) => [setting.variable, setting]));
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || OF_KUBERNETES.test(variable) || known.includes(variable)) continue;
    const setting = byVariable.get(variable);
    if (!setting) {
      problems.push(
        `There is no setting ${variable} (environment).${meant(variable, [...byVariable.keys(), ...known])}`,
      );
    } else if (value !== undefined && value !== '') {
      if (/^tcp:\/\//.test(value) && setting.name === 'port') {
        problems.push(
          `Kubernetes set ${variable} to ${value} for a service of that name: set \`enableServiceLinks: false\` for the pod.`,
        );
      } else given.set(setting.name, { value, isText: true, source: 'environment', place: variable });
    }
  }
  return given;
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings of a JSON file. */
export function readFile(file: string, read: (path: string) => string, problems: string[]): Values {
  const given = new Map<string, Given>();
  let content: unknown;
  try {
    content = JSON.parse(read(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problems.push(
      code === 'ENOENT'
        ? `There is no file ${file}: correct --config or FLEETGLASS_CONFIG.`
        : code === undefined
          ? `${file} is not JSON: ${(error as Error).message}.`
          : `${file} cannot be read (${code}).`,
    );
    return given;
  }
  if (!isGroup(content)) {
    problems.push(`${file} must hold one JSON object of settings.`);
    return given;
  }
  const byName = new Map(SETTINGS.map((setting) => [setting.name, setting]));
  const groups = new Set(SETTINGS.flatMap(({ name }) => (name.includes('.') ? [name.split('.')[0]] : [])));
  const walk = (object: Readonly<Record<string, unknown>>, before: string): void => {
    for (const [key, value] of Object.entries(object)) {
      const name = before + key;
      if (byName.has(name)) given.set(name, { value, isText: false, source: 'file', place: file });
      else if (groups.has(name)) {
        if (isGroup(value)) walk(value, `${name}.`);
        else problems.push(`\`${name}\` (${file}) must be an object of settings.`);
      } else if (!(before === '' && key === '$schema')) {
        problems.push(`There is no setting \`${name}\` (${file}).${meant(name, [...byName.keys()])}`);
      }
    }
  };
  walk(content, '');
  return given;
}
