import type { FleetHost } from '@fleetglass/core';
import type { Command, Filter, Json } from '@fleetglass/core/protocol';
import * as z from 'zod';
import type { Context } from 'hono';
import type { Identity, Role } from '../gateway/access.js';
import type { GatewayEnv } from '../gateway/gateway-env.js';
import type { Reader } from './reader.js';
import type { GatewayOffers, RestContext, RestTenant } from './rest-context.js';

/** Group that an address is listed under. */
export type Tag =
  | 'Runs'
  | 'Agents'
  | 'Tasks'
  | 'Conversations'
  | 'Logs and files'
  | 'Checkpoints'
  | 'Budgets'
  | 'Alerts'
  | 'Approvals'
  | 'Metrics'
  | 'Planning'
  | 'Templates'
  | 'Reports'
  | 'System'
  | 'Earlier dashboards';

/** A request whose parts were checked, and what its answer is made of. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  /** The address with `{name}` for its parts. */
  readonly path: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly identity: Identity;
  /** All that whoever asks may see; `undefined` is everything. */
  readonly scope: Filter | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly host: FleetHost;
  readonly blobs: RestTenant['blobs'];
  readonly reader: Reader;
  readonly offers: GatewayOffers;
  readonly rest: RestContext;
  readonly http: Context<GatewayEnv>;
  /**
   * Carries a command out once for each `Idempotency-Key`.
   *
   * @throws FleetglassError what the host refuses it with; `FORBIDDEN` outside the scope
   */
  command(command: Command): Promise<Json | undefined>;
}

type Deep<T> = T extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Deep<T[K]> }
    : T;

interface Described {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With `{name}` for its parts. */
  readonly path: string;
  /** Name of the function that a generated client gets. */
  readonly id: string;
  readonly tag: Tag;
  /** The least role that may use it. */
  readonly role: Role;
  /** Refused to whoever may see a part of the fleet only. @default false */
  readonly wholeFleet?: boolean;
  readonly summary: string;
  readonly description?: string;
  /** @default 200 */
  readonly status?: 200 | 201 | 202;
  /**
   * What an answer to GET follows from. `log`: from the log and the question alone, so that the same position has the
   * same answer. `content`: also from something else, such as the time. @default 'log'
   */
  readonly from?: 'log' | 'content';
  /** Media types of an answer that is streamed, in place of JSON. */
  readonly streams?: readonly string[];
}

/** One method of one address: what it takes, what it answers, who may use it, and how it is done. */
export interface Endpoint extends Described {
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject;
  /** @default it takes none */
  readonly body: z.ZodType | undefined;
  readonly answer: z.ZodType;
  readonly handle: (call: Call) => unknown;
}

interface Definition<
  P extends z.ZodRawShape,
  Q extends z.ZodRawShape,
  B extends z.ZodType,
  A extends z.ZodType,
> extends Described {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  readonly handle: (
    call: Call<z.output<z.ZodObject<P>>, z.output<z.ZodObject<Q>>, z.output<B>>,
  ) => Deep<z.input<A>> | Response | Promise<Deep<z.input<A>> | Response>;
}

/** Declares an address; what it handles is typed by its schemas. */
export function endpoint<
  A extends z.ZodType,
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no parameters are no keys
  P extends z.ZodRawShape = {},
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no parameters are no keys
  Q extends z.ZodRawShape = {},
  B extends z.ZodType = z.ZodUndefined,
>(definition: Definition<P, Q, B, A>): Endpoint {
  const { params, query, body, handle, ...rest } = definition;
  return {
    ...rest,
    params: params && z.strictObject(params),
    query: z.strictObject(query ?? {}),
    body,
    // Its parts were checked by these very schemas.
    handle: handle as Endpoint['handle'],
  };
}
