import { FleetglassError } from '@fleetglass/core';
import type { Filter } from '@fleetglass/core/protocol';
import { isRole } from '../gateway/access.js';
import { createSqliteTokenStore } from '../gateway/token-store.js';
import type { TokenRecord } from '../gateway/token-store.js';
import { createTokens } from '../gateway/tokens.js';
import type { IssuedToken, Tokens } from '../gateway/tokens.js';
import { durationFrom, onePath, parseArguments } from './arguments.js';
import type { CommandIo } from './command-io.js';
import { EXIT } from './command-io.js';
import { dayText, tableText } from './table-text.js';

const OPTIONS = {
  tokens: { type: 'string' },
  role: { type: 'string' },
  tenant: { type: 'string' },
  run: { type: 'string' },
  thread: { type: 'string' },
  agent: { type: 'string' },
  task: { type: 'string' },
  types: { type: 'string' },
  expires: { type: 'string' },
  overlap: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>['values'];

const badInput = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

function scopeFrom({ run, thread, agent, task, types }: Values): Filter | undefined {
  const scope = {
    ...(run === undefined ? {} : { runId: run }),
    ...(thread === undefined ? {} : { threadId: thread }),
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(task === undefined ? {} : { taskId: task }),
    ...(types === undefined ? {} : { types: types.split(',') as NonNullable<Filter['types']> }),
  };
  return Object.keys(scope).length === 0 ? undefined : scope;
}

/** `fleetglass token create NAME | list | rotate ID | revoke ID`, each with `--tokens FILE` */
export async function tokenCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, paths } = parseArguments(argv, OPTIONS);
  const [action, ...subjects] = paths;
  const file = values.tokens ?? io.env['FLEETGLASS_TOKENS'];
  if (file === undefined || file === '') {
    throw badInput('Name the file of the tokens with --tokens FILE, the same that `serve` is given.');
  }
  const store = createSqliteTokenStore({ file });
  try {
    const tokens = createTokens({ store, clock: io.clock });
    switch (action) {
      case 'create':
        await create(tokens, onePath(subjects, 'a name that says who uses the token'), values, io);
        break;
      case 'list':
        await list(tokens, values.json === true, io);
        break;
      case 'rotate': {
        const record = await find(tokens, subjects, io);
        const overlapMs = durationFrom('overlap', values.overlap ?? '24h');
        await hand(await tokens.rotate(record.id, { overlapMs }), io);
        io.err(`The old one stays good for ${values.overlap ?? '24h'}.\n`);
        break;
      }
      case 'revoke': {
        const record = await find(tokens, subjects, io);
        await tokens.revoke(record.id);
        await io.out(`Revoked ${record.id} (${record.name}); its connections end within seconds.\n`);
        break;
      }
      default:
        throw badInput('Say what to do: token create, list, rotate or revoke. See fleetglass --help.');
    }
    return EXIT.done;
  } finally {
    await store.close();
  }
}

async function create(tokens: Tokens, name: string, values: Values, io: CommandIo): Promise<void> {
  const { role, tenant, expires } = values;
  if (!isRole(role)) throw badInput('Choose what the token may do with --role admin, developer or viewer.');
  const scope = scopeFrom(values);
  const issued = await tokens.create({
    name,
    role,
    ...(tenant === undefined ? {} : { tenant }),
    ...(scope ? { scope } : {}),
    ...(expires === undefined ? {} : { expiresAt: io.clock.now() + durationFrom('expires', expires) }),
  });
  await hand(issued, io);
}

/** The token alone, so that it can be passed on; what is said about it goes to people. */
async function hand({ token, record }: IssuedToken, io: CommandIo): Promise<void> {
  await io.out(`${token}\n`);
  io.err(`${record.id} (${record.name}, ${record.role}). Keep the token: it is not shown again.\n`);
}

/** By id, or by the name of one that is still good. */
async function find(tokens: Tokens, subjects: readonly string[], io: CommandIo): Promise<TokenRecord> {
  const wanted = onePath(subjects, 'a token by its id or name');
  const records = await tokens.list();
  const byId = records.find(({ id }) => id === wanted);
  const named = records.filter((record) => record.name === wanted && stateOf(record, io) === 'good');
  const [only, ...more] = byId ? [byId] : named;
  if (only && more.length === 0) return only;
  if (only) throw badInput(`Several good tokens are named ${wanted}: name one by its id.`);
  throw new FleetglassError('NOT_FOUND', `There is no good token ${wanted}: see \`fleetglass token list\`.`);
}

function stateOf({ revokedAt, expiresAt }: TokenRecord, { clock }: CommandIo): string {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= clock.now() ? 'expired' : 'good';
}

async function list(tokens: Tokens, asJson: boolean, io: CommandIo): Promise<void> {
  const records = await tokens.list();
  if (asJson) {
    await io.out(`${JSON.stringify(records, undefined, 2)}\n`);
    return;
  }
  const rows = records.map((record) => [
    record.id,
    record.name,
    record.role,
    record.tenant ?? 'default',
    record.scope ? JSON.stringify(record.scope) : 'everything',
    stateOf(record, io),
    dayText(record.createdAt),
    dayText(record.expiresAt),
    dayText(record.lastUsedAt),
  ]);
  await io.out(
    tableText(['id', 'name', 'role', 'tenant', 'scope', 'state', 'created', 'expires', 'last used'], rows),
  );
}
