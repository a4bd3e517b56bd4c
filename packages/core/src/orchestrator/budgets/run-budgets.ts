import type { LedgerEntry } from '../../log/store.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { BudgetScopeKind } from '../../protocol/events/control.js';
import type { BudgetAccount } from './budget-account.js';
import { createBudgetAccount } from './budget-account.js';
import type { AssumedPrice, BudgetList } from './budget-options.js';
import { listOf } from './budget-options.js';
import { FleetglassError } from '../../errors/fleetglass-error.js';

/** What a call or a task counts against. */
export interface BudgetSubject {
  readonly node?: string | undefined;
  readonly agentId?: string | undefined;
}

/** The accounts of one run by what they are for. */
export interface RunBudgets {
  /** Those that are the run's own. */
  readonly all: readonly BudgetAccount[];
  /** Those for the whole run that count something else than calls. */
  readonly ofRun: readonly BudgetAccount[];
  find(budgetId: string): BudgetAccount | undefined;
  /** Every account that a call of this node and agent counts against, the widest first. */
  accountsFor(subject: BudgetSubject): readonly BudgetAccount[];
}

export interface RunBudgetOptions {
  readonly scope: EventScope & { readonly runId: string };
  /** Accounts of the fleet and of the thread. */
  readonly shared: readonly BudgetAccount[];
  readonly run: BudgetList | undefined;
  readonly nodes: ReadonlyMap<string, { readonly budget?: BudgetList; readonly role?: string }>;
  readonly agents: { readonly [agent: string]: BudgetList } | undefined;
  readonly roles: { readonly [role: string]: BudgetList } | undefined;
}

const isOfCalls = ({ unit }: BudgetAccount): boolean => unit === 'usd' || unit === 'tokens';

/** Accounts of one scope: `run`, `run:tokens`, `node:read`, `node:read:tokens`, … @throws FleetglassError `BAD_INPUT` */
export function accountsOf(
  kind: BudgetScopeKind,
  scopeId: string | undefined,
  name: string,
  list: BudgetList | undefined,
  scope: EventScope,
  period?: Parameters<typeof createBudgetAccount>[5],
): readonly BudgetAccount[] {
  const accounts = listOf(list).map((options) =>
    createBudgetAccount(name, kind, scopeId, options, scope, period),
  );
  const ids = new Set(accounts.map(({ id }) => id));
  if (ids.size < accounts.length) {
    throw new FleetglassError(
      'BAD_INPUT',
      `Budget '${name}' has two limits in the same unit; give one of each.`,
    );
  }
  const wrong = kind === 'run' ? undefined : accounts.find((account) => !isOfCalls(account));
  if (wrong) {
    throw new FleetglassError(
      'BAD_INPUT',
      `Budget '${wrong.id}' counts ${wrong.unit}; only a run can be limited in them.`,
    );
  }
  return accounts;
}

const NONE: readonly BudgetAccount[] = [];
const NOTHING: ReadonlyMap<string, readonly BudgetAccount[]> = new Map();

/** Names that have accounts; most runs have none, and share that. */
function toMap(entries: readonly (readonly [string, readonly BudgetAccount[]])[]): typeof NOTHING {
  const some = entries.filter(([, accounts]) => accounts.length > 0);
  return some.length === 0 ? NOTHING : new Map(some);
}

/** @throws FleetglassError `BAD_INPUT` for impossible limits */
export function createRunBudgets(options: RunBudgetOptions): RunBudgets {
  const { scope, shared, nodes } = options;
  const run = accountsOf('run', scope.runId, 'run', options.run, scope);
  const named = (
    kind: 'node' | 'agent' | 'role',
    lists: Iterable<readonly [string, BudgetList | undefined]>,
  ): ReadonlyMap<string, readonly BudgetAccount[]> =>
    toMap([...lists].map(([name, list]) => [name, accountsOf(kind, name, `${kind}:${name}`, list, scope)]));
  const ofNode = named(
    'node',
    [...nodes].map(([name, { budget }]) => [name, budget] as const),
  );
  const ofAgent = named('agent', Object.entries(options.agents ?? {}));
  const ofRole = named('role', Object.entries(options.roles ?? {}));
  const all = [run, ...ofRole.values(), ...ofNode.values(), ...ofAgent.values()].flat();
  const whole = [...shared, ...run.filter(isOfCalls)];
  return {
    all,
    ofRun: run.filter((account) => !isOfCalls(account)),
    find: (budgetId) => all.find((account) => account.id === budgetId),
    accountsFor({ node = '', agentId = '' }) {
      const role = nodes.get(node)?.role ?? '';
      const narrower = [
        ...(ofRole.get(role) ?? NONE),
        ...(ofNode.get(node) ?? NONE),
        ...(ofAgent.get(agentId) ?? NONE),
      ];
      return narrower.length === 0 ? whole : [...whole, ...narrower];
    },
  };
}

/** Price to use for a call whose price is unknown. */
export function assumedPriceOf(accounts: readonly BudgetAccount[]): AssumedPrice | undefined {
  return accounts.find((account) => account.unknownPrice === 'assume')?.assumedPrice;
}

/** What a call used, as its accounts count it. */
export interface CallAmounts {
  /** Nano-dollars; absent when the price is unknown. */
  readonly nanoUsd: number | undefined;
  readonly tokens: number;
}

export function amountFor({ unit }: BudgetAccount, { nanoUsd = 0, tokens }: CallAmounts): number {
  if (unit === 'usd') return nanoUsd;
  return unit === 'tokens' ? tokens : 0;
}

/** What an entry of the ledger moved. */
export function amountsOf({ nanoUsd, tokens, usage }: LedgerEntry): CallAmounts {
  return { nanoUsd, tokens: tokens ?? (usage ? usage.inputTokens + usage.outputTokens : 0) };
}

/** Puts what was used into accounts and tells the thresholds that were passed. */
export function charge(
  accounts: readonly BudgetAccount[],
  used: CallAmounts,
  events: EventDraft[],
  time: number,
): void {
  for (const account of accounts) account.settle(0, amountFor(account, used), events, time);
}
