// A run of 100,000 events and somebody who drags through it: from the jump to the moment being there, inside of what the
// monitor keeps and outside, where the log makes the state.
import { createEventLog, createMemoryStore, inProcess } from '@fleetglass/core';
import { createMonitor } from '@fleetglass/core/client';
import { createSeededRandom } from '@fleetglass/core/testing';
import { eventMix } from '../lib/event-mix.mjs';
import { percentile, report } from '../lib/measure.mjs';

const EVENTS = 100_000;
const KEPT = 20_000;
const LIVE = KEPT + 5_000;
const ROUNDS = 4;
/** The store sets the position. */
const asDraft = (event) => {
  const draft = { ...event };
  delete draft.seq;
  return draft;
};

// The monitor's own timers keep no process alive.
const alive = setInterval(() => undefined, 1_000);
// What arrives while somebody watches comes on top of the run; all of it stays in the log.
const store = createMemoryStore({ retain: { events: EVENTS + (ROUNDS + 1) * LIVE, bytes: 1e9 } });
const drafts = eventMix(EVENTS).map(asDraft);
for (let i = 0; i < drafts.length; i += 1_000) await store.append(drafts.slice(i, i + 1_000));
const log = createEventLog(store);
const commands = { execute: async () => undefined };

/** A monitor that saw the last events of a run arrive, in batches as they come live, and so keeps them. */
async function watch(runId) {
  const monitor = createMonitor({ transport: inProcess({ log, blobs: store, commands }) });
  monitor.subscribe(() => {});
  await until(monitor, ({ ready }) => ready);
  const live = eventMix(LIVE).map((event) => ({ ...asDraft(event), runId }));
  for (let i = 0; i < live.length; i += 500) {
    await store.append(live.slice(i, i + 500));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await until(monitor, ({ head }) => head === log.head());
  return monitor;
}

function until(monitor, fits) {
  return new Promise((resolve) => {
    const look = () => {
      if (!fits(monitor.getSnapshot())) return;
      leave();
      resolve();
    };
    const leave = monitor.subscribe(look);
    look();
  });
}

/** Milliseconds from the jump to the snapshot that shows it, and of them those that hold the thread up at once. */
async function jump(monitor, seq) {
  const began = performance.now();
  monitor.seek(seq);
  const held = performance.now() - began;
  await until(monitor, (snapshot) => snapshot.mode === 'replay' && !snapshot.seeking && snapshot.seq === seq);
  return { held, shown: performance.now() - began };
}

const random = createSeededRandom(5);
const figures = { random: [], drag: [], held: [], outside: [] };
for (let round = 0; round < ROUNDS + 1; round += 1) {
  const monitor = await watch(`run_${round + 2}`);
  const first = monitor.getSnapshot().head - KEPT + 100;
  const seen = { random: [], drag: [], held: [], outside: [] };
  for (let i = 0; i < 60; i += 1) {
    const { held, shown } = await jump(monitor, first + Math.floor(random() * (KEPT - 200)));
    seen.random.push(shown);
    seen.held.push(held);
  }
  // Somebody drags: forward, and back again.
  for (let i = 0; i < 120; i += 1) {
    const place = i < 60 ? i : 120 - i;
    seen.drag.push((await jump(monitor, first + place * 300)).shown);
  }
  for (let i = 0; i < 24; i += 1)
    seen.outside.push((await jump(monitor, 1 + Math.floor(random() * EVENTS))).shown);
  monitor.dispose();
  // The first round warms up.
  if (round === 0) continue;
  for (const name of Object.keys(figures)) figures[name].push(percentile(seen[name], 0.95));
}
clearInterval(alive);

report('seek inside the kept window, anywhere, p95', figures.random, 'ms', { max: 16, guide: true });
report('of that, in which the thread does nothing else, p95', figures.held, 'ms');
report('seek inside the kept window, dragging, p95', figures.drag, 'ms', { max: 16, guide: true });
report('seek outside the kept window, in process, p95', figures.outside, 'ms', { max: 300, guide: true });
