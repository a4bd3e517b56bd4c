import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append, createOrchestrator, END, START, StateGraph } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import { createSqliteStore } from './sqlite-store.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-growth-'));
  file = join(folder, 'log.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Text that nothing makes shorter: 57 characters, each as likely as the others. */
function noise(length: number, seed: number): string {
  const random = createSeededRandom(seed);
  return Array.from({ length }, () => String.fromCharCode(0x23 + Math.floor(random() * 57))).join('');
}

function chain<State extends object>(
  graph: StateGraph<State>,
  length: number,
  node: (step: number) => Partial<State>,
): StateGraph<State> {
  for (let step = 0; step < length; step += 1) {
    graph.addNode(`step-${step}`, () => node(step) as never);
    graph.addEdge(step === 0 ? START : (`step-${step - 1}` as never), `step-${step}` as never);
  }
  return graph.addEdge(`step-${length - 1}` as never, END);
}

/** Bytes of the file after a run, and after its deletion. */
async function stored<State extends object>(
  graph: StateGraph<State>,
  input: State,
): Promise<{ readonly bytes: number; readonly afterwards: number }> {
  const first = createSqliteStore({ file, durability: 'normal' });
  // Noise may look like a secret, and what was replaced is no longer the same.
  const orchestrator = createOrchestrator({ store: first, redact: false });
  const run = orchestrator.start(graph, input);
  const output = await run.result;
  await orchestrator.close();
  await first.close();
  const bytes = statSync(file).size;

  const second = createSqliteStore({ file, durability: 'normal', clock: inAnHour });
  const [last] = (await second.read({ from: second.head() })).events;
  const { ref = '' } = last?.data['output'] as { readonly ref?: string };
  const blob = await second.getBlob(ref);
  expect(new TextDecoder().decode(blob?.bytes) === JSON.stringify(output)).toBe(true);
  expect(await second.deleteRun(run.id)).toBe(true);
  await second.close();
  return { bytes, afterwards: statSync(file).size };
}

const inAnHour = {
  now: () => Date.now() + 3_600_000,
  monotonic: () => performance.now(),
  setTimeout: () => undefined,
  clearTimeout: () => undefined,
};

describe('the file of a run', () => {
  it('grows with what steps append, not with the state: 200 steps of 4 KB within 2 MB', async () => {
    const graph = new StateGraph<{ log: string[] }>({ name: 'growing', reducers: { log: append } });
    const { bytes, afterwards } = await stored(
      chain(graph, 200, (step) => ({ log: [noise(4_096, step + 1)] })),
      { log: [] },
    );
    expect(bytes).toBeGreaterThan(200 * 4_096);
    expect(bytes).toBeLessThan(2_000_000);
    expect(afterwards).toBeLessThan(200_000);
  });

  it('holds a large state once: 1 MB over 20 steps within 1.2 MB', async () => {
    const graph = new StateGraph<{ big: string; n: number }>({ name: 'idle' });
    const { bytes, afterwards } = await stored(
      chain(graph, 20, (step) => ({ n: step })),
      { big: noise(1_000_000, 1), n: 0 },
    );
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThan(1_200_000);
    expect(afterwards).toBeLessThan(200_000);
  });
});
