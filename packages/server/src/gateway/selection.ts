import { compileFilter, filterKey, selectsEverything } from '@fleetglass/core/protocol';
import type { Filter, FleetEvent, SubscribeFrame } from '@fleetglass/core/protocol';

import { narrow } from './access.js';

/** What a subscription gets: what its filter selects and, where there are alternatives, at least one of them too. */
export interface Selection extends Filter {
  readonly anyOf?: readonly Filter[];
}

const FIELDS = ['runId', 'threadId', 'agentId', 'taskId', 'types'] as const;

/** What of a filter means something: the rest would be kept as long as its subscription. */
const essenceOf = (filter: Filter): Filter =>
  Object.fromEntries(
    FIELDS.flatMap((field) => (filter[field] === undefined ? [] : [[field, filter[field]]])),
  );

/**
 * What a viewer of this scope gets when it subscribes.
 *
 * @throws FleetglassError `FORBIDDEN` when it asks for something outside
 */
export function selectionFor(
  { filter, anyOf }: Pick<SubscribeFrame, 'filter' | 'anyOf'>,
  scope: Filter | undefined,
): Selection {
  const narrowed = narrow(essenceOf(filter), scope);
  if (!anyOf) return narrowed;
  return { ...narrowed, anyOf: anyOf.map((alternative) => narrow(essenceOf(alternative), scope)) };
}

/** A function that tells whether an event is selected by one of the alternatives at least. */
export function compileAlternatives({ anyOf }: Selection): (event: FleetEvent) => boolean {
  if (!anyOf) return () => true;
  const alternatives = anyOf.map(compileFilter);
  return (event) => alternatives.some((selects) => selects(event));
}

/** A function that tells whether an event is selected. */
export function compileSelection(selection: Selection): (event: FleetEvent) => boolean {
  const selects = compileFilter(selection);
  if (!selection.anyOf) return selects;
  const agrees = compileAlternatives(selection);
  return (event) => selects(event) && agrees(event);
}

/** Text that is equal for what selects the same events. */
export function selectionKey(selection: Selection): string {
  const { anyOf } = selection;
  const own = filterKey(selection);
  return anyOf ? `${own} ${[...new Set(anyOf.map(filterKey))].sort().join(' ')}` : own;
}

/** Whether every event is selected. */
export const isEverything = (selection: Selection): boolean =>
  selection.anyOf === undefined && selectsEverything(selection);
