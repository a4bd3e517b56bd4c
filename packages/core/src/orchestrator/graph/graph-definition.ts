import type { Json } from '../../lib/json.js';
import type { Complexity, Priority } from '../../protocol/events/task.js';
import type { BudgetList } from '../budgets/budget-options.js';
import type { TaskContext } from '../calls/context.js';
import type { Reducer } from './reducer.js';
import type { RetryOptions } from './retry.js';

/** Where a run begins; the source of the first edges. */
export const START = '__start__';
/** Where a branch of work ends; the target of the last edges. */
export const END = '__end__';

const SEND = Symbol.for('fleetglass.send');

/** One task of a fan-out; made by {@link send}. */
export interface Send<N extends string = string> {
  readonly [SEND]: true;
  readonly node: N;
  readonly input: object;
}

/**
 * Starts a task of `node` in the send group that the returning function opens. The task, and what follows it inside
 * its branch, sees the fields of `input` in place of the state's until it writes them itself. In a list of declared
 * targets it says that `node` is sent to.
 */
export function send<N extends string>(node: N, input: object = {}): Send<N> {
  return { [SEND]: true, node, input };
}

/** Whether `value` was made by {@link send}. */
export function isSend(value: unknown): value is Send {
  return typeof value === 'object' && value !== null && SEND in value;
}

/**
 * Work of one node: gets the state and returns the fields that it changes, which are then the graph's: neither may be
 * changed in place.
 */
export type NodeFunction<Seen extends object, Update> = (
  state: Readonly<Seen>,
  ctx: TaskContext,
) => NodeResult<Update>;

// `void` is what a function without a return statement gives; as part of the union it lets such a function be a node.
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type
type NodeResult<Update> = Update | undefined | void | Promise<Update | undefined | void>;

/** How the tasks of a node are performed. */
export interface NodeOptions<State extends object = object> {
  /** Agent that performs the node's tasks; several nodes may share one. @default none */
  readonly agent?: string;
  /** Role of the agent, for people and for role budgets. */
  readonly role?: string;
  /** @default one attempt */
  readonly retry?: RetryOptions;
  /** Milliseconds that one attempt may take; waiting for a person or for money does not count. @default no limit */
  readonly timeoutMs?: number;
  /**
   * Milliseconds that an attempt may go without a sign of life: anything that it reports through its context, at least
   * `ctx.heartbeat()`. @default no limit
   */
  readonly idleTimeoutMs?: number;
  /** Takes over what a task of this node returned for the same state a while ago, also in another run. @default never */
  readonly cache?: CacheOptions<State>;
  /** Tasks of this node that may run at once within a run. @default no limit */
  readonly concurrency?: number;
  /** Limit for all calls of this node's tasks within a run. */
  readonly budget?: BudgetList;
  /** Which ready task starts first when not all can. @default the run's */
  readonly priority?: Priority;
  /** What a task's final failure does: end the run, or count as a dead branch. @default 'fail' */
  readonly onError?: 'fail' | 'skip';
  /** Name of a task for people. @default the node's name */
  readonly title?: (state: Readonly<State>) => string;
  /** Kind of work, for example `review`. */
  readonly type?: string;
  readonly complexity?: Complexity;
}

export interface CacheOptions<State extends object = object> {
  /** Milliseconds that a result may be used again. */
  readonly ttlMs: number;
  /** What the result depends on; JSON. @default the whole state that the task sees */
  readonly key?: (state: Readonly<State>) => Json;
}

/** What a conditional edge leads to: nodes, a fan-out, or both; an empty list is an empty fan-out. */
export type Choice<Target extends string> = Target | Send<Target> | readonly (Target | Send<Target>)[];

/** Chooses where a run goes on, from the state. */
export type Router<State extends object, Target extends string> = (
  state: Readonly<State>,
) => Choice<Target> | Promise<Choice<Target>>;

/**
 * A schema that follows Standard Schema (https://standardschema.dev), such as a zod object. It checks the input of a
 * run; updates of nodes are checked by their types and for being JSON.
 */
export interface StateSchema<Input, State> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult<State> | Promise<SchemaResult<State>>;
    readonly types?: { readonly input: Input; readonly output: State } | undefined;
  };
}

type SchemaResult<State> =
  | { readonly value: State; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** A node as it was declared, without the graph's types. */
export interface NodeDefinition {
  readonly name: string;
  readonly run: (state: object, ctx: TaskContext) => unknown;
  readonly options: NodeOptions;
  /** What it returns replaces fields whatever their reducers do. */
  readonly replaces?: boolean;
}

/** Everything that was declared, without the graph's types. */
export interface GraphDefinition {
  readonly name: string;
  readonly nodes: ReadonlyMap<string, NodeDefinition>;
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly joins: readonly { readonly from: string; readonly to: string }[];
  readonly routers: readonly {
    readonly from: string;
    readonly choose: (state: object) => unknown;
    readonly targets: readonly (string | Send)[] | undefined;
  }[];
  readonly reducers: { readonly [field: string]: Reducer<unknown> | undefined };
  /** Beginnings of fields that belong to the private states of subgraphs. */
  readonly privatePrefixes: readonly string[];
  readonly schema: StateSchema<unknown, object> | undefined;
  /** @default 100 */
  readonly maxIterations: number | undefined;
}
