import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFleetglassError } from '@fleetglass/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configText } from './config-text.js';
import { loadConfig } from './load-config.js';
import { SETTINGS } from './settings.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (content: unknown): string => {
  const path = join(folder, 'fleetglass.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

/** Sentences about what is wrong. */
function problemsOf(argv: readonly string[], env: Record<string, string> = {}): string[] {
  try {
    loadConfig({ argv, env });
  } catch (error) {
    if (isFleetglassError(error, 'CONFIG_INVALID')) return error.message.split('\n');
    throw error;
  }
  return [];
}

const SECRET = 'a-secret-of-the-operator';

describe('settings', () => {
  it('count in the order of flags, environment, file and default, and tell where they are from', () => {
    const path = file({ store: 'from-file.db', port: 1, heartbeatMs: 2_000, limits: { maxConnections: 5 } });
    const { config, settings } = loadConfig({
      argv: ['--config', path, '--port', '3', '--no-dashboard', '--limits-max-requests=7'],
      env: { FLEETGLASS_PORT: '2', FLEETGLASS_STORE: 'from-env.db', PATH: '/bin' },
    });
    expect(config).toMatchObject({
      port: 3,
      store: 'from-env.db',
      heartbeatMs: 2_000,
      dashboard: false,
      durability: 'full',
    });
    expect(config.limits).toMatchObject({ maxConnections: 5, maxRequests: 7, maxSubscriptions: 64 });
    const sourceOf = (name: string) => settings.find(({ setting }) => setting.name === name)?.source;
    expect(['port', 'store', 'heartbeatMs', 'durability'].map(sourceOf)).toEqual([
      'flag',
      'environment',
      'file',
      'default',
    ]);
  });

  it('are read from text: numbers, lists, booleans; an empty variable is none', () => {
    const { config } = loadConfig({
      argv: ['--store', 's.db'],
      env: {
        FLEETGLASS_ALLOWED_HOSTS: 'fleet.example, fleet.example:8443',
        FLEETGLASS_TRUST_PROXY: 'true',
        FLEETGLASS_BASE_PATH: '',
        FLEETGLASS_DRAIN_MS: '0',
      },
    });
    expect(config).toMatchObject({
      allowedHosts: ['fleet.example', 'fleet.example:8443'],
      trustProxy: true,
      basePath: '',
      drainMs: 0,
    });
  });

  it('that nobody knows are refused in every source, with the name that was probably meant', () => {
    const path = file({ store: 's.db', prot: 1, limits: { maxConections: 3, zebra: 1 } });
    expect(problemsOf(['--config', path, '--pot', '4'], { FLEETGLASS_HOTSNAME: 'x' })).toEqual([
      'There is no flag --pot. Did you mean --port?',
      'There is no setting FLEETGLASS_HOTSNAME (environment). Did you mean FLEETGLASS_HOSTNAME?',
      `There is no setting \`prot\` (${path}). Did you mean port?`,
      `There is no setting \`limits.maxConections\` (${path}). Did you mean limits.maxConnections?`,
      `There is no setting \`limits.zebra\` (${path}).`,
    ]);
  });

  it('of every kind are refused with where they stand and what they must be', () => {
    const path = file({ store: '', allowedOrigins: ['https://app.example/path'], limits: 3 });
    expect(
      problemsOf(['--config', path, '--port', '70000', '--heartbeat-ms'], { FLEETGLASS_TRUST_PROXY: 'yes' }),
    ).toEqual([
      '--heartbeat-ms needs a value: a whole number from 1000 to 600000.',
      `\`limits\` (${path}) must be an object of settings.`,
      `\`store\` (${path}) must be the path of a file. It is "".`,
      '`port` (--port) must be a whole number from 0 to 65535. It is 70000.',
      `\`allowedOrigins\` (${path}) must be origins such as https://app.example, without a path. It is ["https://app.example/path"].`,
      '`trustProxy` (FLEETGLASS_TRUST_PROXY) must be true or false. It is "yes".',
    ]);
  });

  it('in a file that is none', () => {
    expect(problemsOf(['--config', join(folder, 'none.json'), '--store', 's'])).toEqual([
      `There is no file ${join(folder, 'none.json')}: correct --config or FLEETGLASS_CONFIG.`,
    ]);
    expect(problemsOf(['--config', file('{ "port": 1,'), '--store', 's'])[0]).toMatch(/is not JSON/);
    expect(problemsOf(['--config', file('[]'), '--store', 's'])[0]).toMatch(/must hold one JSON object/);
    expect(problemsOf(['--config', folder, '--store', 's'])[0]).toBe(`${folder} cannot be read (EISDIR).`);
  });

  it('that are secret stand on no command line, in no sentence and in no table', () => {
    expect(problemsOf(['--store', 's', '--token', SECRET]).join()).toContain('FLEETGLASS_TOKEN');
    const short = problemsOf(['--store', 's'], { FLEETGLASS_TOKEN: 'too short' });
    expect(short).toHaveLength(1);
    expect(short.join()).not.toContain('too short');
    const { settings } = loadConfig({ argv: ['--store', 's'], env: { FLEETGLASS_TOKEN: SECRET } });
    expect(configText(settings)).not.toContain(SECRET);
    expect(configText(settings)).toMatch(/^token +\(set, not shown\) +environment$/m);
  });

  it('that contradict each other are refused', () => {
    expect(problemsOf(['--store', 's', '--hostname', '0.0.0.0'])).toHaveLength(2);
    expect(
      problemsOf(['--store', 's', '--hostname', '0.0.0.0', '--allowed-hosts', 'fleet.example'], {
        FLEETGLASS_TOKEN: SECRET,
      }),
    ).toEqual([]);
  });

  it('are not taken from what Kubernetes tells the containers of a service', () => {
    const env = { FLEETGLASS_SERVICE_HOST: '10.0.0.1', FLEETGLASS_PORT_4848_TCP: 'tcp://10.0.0.1:4848' };
    expect(problemsOf(['--store', 's'], env)).toEqual([]);
    expect(problemsOf(['--store', 's'], { FLEETGLASS_PORT: 'tcp://10.0.0.1:4848' })[0]).toMatch(
      /enableServiceLinks: false/,
    );
  });

  it('each have a description, and names of their own', () => {
    const unique = (names: readonly unknown[]) => new Set(names).size === names.length;
    expect(SETTINGS.every(({ description, must }) => description !== '' && must !== '')).toBe(true);
    expect(unique(SETTINGS.map(({ variable }) => variable))).toBe(true);
    expect(SETTINGS.find(({ name }) => name === 'limits.maxConnections')).toMatchObject({
      variable: 'FLEETGLASS_LIMITS_MAX_CONNECTIONS',
      flag: 'limits-max-connections',
      kind: 'number',
      fallback: 20_000,
    });
  });
});
