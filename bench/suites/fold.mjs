// Folding a realistic mix of events into state: in large batches, as a page does when it opens, and one by one, as a
// live page does.
import { emptyState, reduce } from '@fleetglass/core/client';
import { interleave, ratios, report } from '../lib/measure.mjs';
import { eventMix } from '../lib/event-mix.mjs';

const EVENTS = 200_000;
const events = eventMix(EVENTS);

function foldIn(size) {
  return async () => {
    let state = emptyState();
    const before = process.cpuUsage();
    for (let i = 0; i < events.length; i += size) state = reduce(state, events.slice(i, i + size));
    const { user, system } = process.cpuUsage(before);
    if (state.seq !== EVENTS) throw new Error(`The fold ended at ${state.seq}.`);
    return EVENTS / ((user + system) / 1e6);
  };
}

/** What most dashboards do: a new object and a new map for each event. */
async function copying() {
  let spans = {};
  const count = 4_000;
  const before = process.cpuUsage();
  for (const event of events.slice(0, count)) {
    const id = event.spanId ?? event.taskId ?? event.type;
    spans = { ...spans, [id]: { ...spans[id], ...event.data, time: event.time } };
  }
  const { user, system } = process.cpuUsage(before);
  if (Object.keys(spans).length === 0) throw new Error('Nothing was folded.');
  return count / ((user + system) / 1e6);
}

const results = await interleave({ batches: foldIn(1_000), small: foldIn(25), single: foldIn(1), copying });

report('fold, batches of 1,000', results.batches, 'events/s', { min: 1_000_000, guide: true });
report('fold, batches of 25', results.small, 'events/s');
report('fold, one by one', results.single, 'events/s');
report('baseline: copy state for each event', results.copying, 'events/s');
report('ours ÷ baseline, batches of 1,000', ratios(results.batches, results.copying), '×', { min: 20 });
