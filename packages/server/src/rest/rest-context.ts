import type { AlertRules, Clock, FleetHost, Random, Store, StoredBlob } from '@fleetglass/core';
import type { Command, CommandResult, Filter } from '@fleetglass/core/protocol';
import type { Planner, TemplateLibrary } from '@fleetglass/core/planner';
import type { Archive } from '../storage/archive.js';
import type { Identity } from '../gateway/access.js';

/** What a host offers over REST beside its log. What is absent is answered with a sentence that says so. */
export interface GatewayOffers {
  /** Templates of agents and workflows. */
  readonly templates?: TemplateLibrary;
  /** Designs workflows and estimates their cost. */
  readonly planner?: Planner;
  /** When alerts are raised; `change` where people may change it, such as `change` of `watchAlerts`. */
  readonly alertRules?: {
    read(): AlertRules;
    /** @throws FleetglassError `BAD_INPUT` for rules that cannot be; the former ones stay then */
    change?(rules: AlertRules): Promise<void>;
  };
  /** Lets runs be deleted. */
  readonly store?: Store;
  /** Lets runs be archived and put back. */
  readonly archive?: Archive;
}

/** What is offered to a tenant: the same to everyone, or to each its own. */
export function offersOf(
  offers: GatewayOffers | ReadonlyMap<string, GatewayOffers> = {},
  tenant: string,
): GatewayOffers {
  const isMap = (value: typeof offers): value is ReadonlyMap<string, GatewayOffers> => value instanceof Map;
  return isMap(offers) ? (offers.get(tenant) ?? {}) : offers;
}

/** What the REST side of a gateway needs of one tenant. */
export interface RestTenant {
  readonly host: FleetHost;
  readonly blobs: {
    /** A large payload, if an event that may be seen names it. */
    get(ref: string, scope: Filter | undefined): Promise<StoredBlob | undefined>;
  };
  readonly commands: {
    execute(command: Command, commandId: string, identity: Identity): Promise<CommandResult>;
  };
}

/** What the REST side of a gateway needs of it. */
export interface RestContext {
  readonly clock: Clock;
  readonly random: Random;
  /** @throws FleetglassError `FORBIDDEN` when nothing is served to whom this is */
  readonly tenantOf: (identity: Identity) => RestTenant;
  readonly offersOf: (identity: Identity) => GatewayOffers;
  /** How far the gateway is. */
  readonly phase: () => 'starting' | 'ready' | 'closing';
  /** Largest body of a request in bytes. */
  readonly maxBodyBytes: number;
}
