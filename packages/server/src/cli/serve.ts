import { basename } from 'node:path';
import { FleetglassError, isFleetglassError, systemRandom } from '@fleetglass/core';
import type { PriceTable } from '@fleetglass/core';
import { loadConfig } from '../config/load-config.js';
import type { Config } from '../config/schema.js';
import { createGateway } from '../gateway/gateway.js';
import type { Gateway, GatewayOptions } from '../gateway/gateway.js';
import type { GatewayLogger } from '../gateway/logger.js';
import { createSqliteTokenStore } from '../gateway/token-store.js';
import { createTokens } from '../gateway/tokens.js';
import { watchForeignWrites } from '../serve/foreign-writes.js';
import { createHealthReports } from '../serve/health-reports.js';
import { createServeLogger } from '../serve/serve-logger.js';
import { createStandaloneHost } from '../serve/standalone-host.js';
import { watchStore } from '../serve/store-watch.js';
import type { Archive } from '../storage/archive.js';
import { createSqliteStore } from '../storage/sqlite-store.js';
import type { SqliteStore } from '../storage/sqlite-store.js';
import type { CommandIo } from './command-io.js';
import { EXIT } from './command-io.js';
import { dashboardFiles } from './dashboard-files.js';
import { ABOUT_PATH } from './live-page.js';
import type { About } from './live-page.js';
import { VERSION } from './version.js';

/** `fleetglass serve --store FILE [--config FILE] [--port N] …` */
export async function serveCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { config } = loadConfig({ argv, env: io.env });
  const logger = createServeLogger(config.logLevel, (text) => io.out(text));
  const { clock } = io;
  const raw = createSqliteStore({ file: config.store, durability: config.durability, clock });
  const tokenStore =
    config.tokens === undefined ? undefined : createSqliteTokenStore({ file: config.tokens });
  const unwatch = watchForeignWrites(raw, clock);
  const reports = createHealthReports({ store: raw, clock });
  const watch = watchStore(raw, { clock, logger, reports });
  const { store } = watch;
  try {
    const archive = await archiveOf(config, store, io);
    const gateway = createGateway({
      ...gatewayOptions(config, store, archive, logger, io),
      ...(tokenStore ? { tokens: createTokens({ store: tokenStore, clock }) } : {}),
    });
    const about: About = { subject: basename(config.store), isLive: true };
    gateway.app.get(ABOUT_PATH, (context) => context.json(about));
    await listen(gateway, config);
    logger.info({ url: gateway.url, store: config.store, version: VERSION }, 'serving');
    // Afterwards: what the first answers do not need takes as long to load as the gateway.
    const { measureProcess } = await import('../serve/process-meters.js');
    measureProcess(gateway.registry, store);
    watch.measure(gateway.registry);
    const { createUpkeep } = await import('../serve/upkeep.js');
    const { backupByProcess } = await import('../serve/backup-process.js');
    const upkeep = createUpkeep({
      config,
      store,
      archive,
      backup: (request) => backupByProcess(io, request),
      reports,
      logger,
      registry: gateway.registry,
      clock,
      random: systemRandom,
    });
    await aborted(io.signal);
    logger.info(
      { drainMs: config.drainMs },
      'ending: commands in work finish, viewers are told to come back',
    );
    await Promise.all([gateway.close(), upkeep.close(config.drainMs)]);
    logger.info({}, 'ended');
    return EXIT.done;
  } finally {
    reports.close();
    watch.close();
    unwatch();
    await tokenStore?.close();
    await raw.close();
  }
}

const DAY_MS = 86_400_000;

async function archiveOf(
  { retention }: Config,
  store: SqliteStore,
  { clock }: CommandIo,
): Promise<Archive | undefined> {
  const { archiveDirectory: directory, archiveAfterDays } = retention;
  if (directory === undefined) return undefined;
  const { createArchive } = await import('../storage/archive.js');
  return createArchive({ store, directory, archiveAfterMs: archiveAfterDays * DAY_MS, clock });
}

const listPrices = async (): Promise<PriceTable> =>
  (await import('@fleetglass/sources/prices')).createPrices();

function gatewayOptions(
  config: Config,
  store: SqliteStore,
  archive: Archive | undefined,
  logger: GatewayLogger,
  io: CommandIo,
): GatewayOptions {
  const { hostname, port, basePath, allowedHosts, allowedOrigins, trustProxy, token } = config;
  const host = createStandaloneHost(store);
  return {
    host,
    // Who comes first would wait for all of a long log to be folded.
    prepare: () => host.log.stateAt(host.log.head(), {}),
    hostname,
    port,
    basePath,
    allowedOrigins,
    trustProxy,
    heartbeatMs: config.heartbeatMs,
    drainMs: config.drainMs,
    limits: config.limits,
    rateLimits: config.rateLimits,
    offers: { store, ...(archive ? { archive } : {}) },
    logger,
    clock: io.clock,
    ...(allowedHosts ? { allowedHosts } : {}),
    ...(token === undefined ? {} : { token }),
    ...(config.ingest ? { ingest: { store } } : {}),
    ...(config.traces ? { traces: { store, prices: listPrices } } : {}),
    ...(config.dashboard ? { static: { directory: dashboardFiles() } } : {}),
  };
}

async function listen(gateway: Gateway, { hostname, port }: Config): Promise<void> {
  try {
    await gateway.listen();
  } catch (error) {
    if (!isFleetglassError(error, 'PORT_IN_USE')) throw error;
    throw new FleetglassError(
      'PORT_IN_USE',
      `Port ${String(port)} of ${hostname} is taken: end the other program, or choose another \`port\`.`,
      { cause: error },
    );
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
