import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Json } from '../lib/json.js';
import { createEventLog } from '../log/event-log.js';
import type { CommandContext, FleetHost } from '../log/fleet-host.js';
import { createMemoryStore } from '../log/memory-store.js';
import type { AppendResult, Store } from '../log/store.js';
import type { Command } from '../protocol/command.js';
import type { EventDraft, EventInput } from '../protocol/event.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';

/** What a host for tests is made of. */
export interface FakeHostOptions {
  /** @default a new one in memory */
  readonly store?: Store;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** A {@link FleetHost} without an orchestrator: events are what a test appends, commands are only written down. */
export interface FakeHost extends FleetHost {
  readonly store: Store;
  /** Appends events as they are given, stamped with version and time. */
  append(...events: readonly EventInput[]): Promise<AppendResult>;
  /** Commands carried out so far, oldest first. */
  readonly received: readonly { readonly command: Command; readonly context: CommandContext }[];
  /** Decides what becomes of later commands; what it throws is the refusal. */
  onCommand(execute: (command: Command) => Json | undefined): void;
}

/** By default commands succeed without a result, and those that steer a run that ended are refused with `RUN_ENDED`. */
export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const { clock = systemClock, store = createMemoryStore({ clock }) } = options;
  const received: { command: Command; context: CommandContext }[] = [];
  const ended = new Set<string>();
  store.subscribe(({ events }) => {
    for (const { type, runId } of events) {
      if (runId !== undefined && /^run\.(completed|failed|cancelled|stopped)$/.test(type)) ended.add(runId);
    }
  });
  let carryOut = (_command: Command): Json | undefined => undefined;
  const answers = new Map<string, Promise<Json | undefined>>();

  const execute = async (command: Command, context: CommandContext): Promise<Json | undefined> => {
    const runId = 'runId' in command ? command.runId : undefined;
    // Alerts may outlive what they are about.
    if (runId !== undefined && ended.has(runId) && command.type !== 'acknowledge') {
      throw new FleetglassError('RUN_ENDED', `Run ${runId} is over.`);
    }
    received.push({ command, context });
    return carryOut(command);
  };

  return {
    store,
    log: createEventLog(store),
    blobs: store,
    ...(store.rollups ? { rollups: store.rollups } : {}),
    commands: {
      execute(command, context) {
        const known = answers.get(context.commandId) ?? execute(command, context);
        answers.set(context.commandId, known);
        return known;
      },
    },
    append: (...events) =>
      store.append(
        events.map(
          (event) => ({ v: PROTOCOL_VERSION, time: clock.now(), ...event }) as unknown as EventDraft,
        ),
      ),
    received,
    onCommand(next) {
      carryOut = next;
    },
  };
}
