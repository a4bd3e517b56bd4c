import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { usdToNano } from '../../src/model/cost.js';
import type { FleetBudgetOptions } from '../../src/orchestrator/budgets/budget-options.js';
import { createHarness, createProvider, flatPrices } from './harness.js';

const LITTLE = 0.000_01;

/** Two lives of a process over one store, whose fleet has a budget for each day. */
function createLives() {
  const store = createMemoryStore();
  return (usd: number, owner: string) => {
    const budget: FleetBudgetOptions = { usd, period: 'day', onLimit: 'stop' };
    const harness = createHarness({
      store,
      owner,
      budget,
      prices: flatPrices(),
      isOwnerGone: () => true,
    });
    const provider = createProvider();
    const call = () =>
      harness.orchestrator.run('call', async (ctx) => {
        const request = { provider, model: 'm', prompt: 'hi', maxOutputTokens: 10 };
        return (await ctx.model(request)).text;
      }).result;
    return { ...harness, call };
  };
}

const raise = { type: 'setBudget', budgetId: 'fleet:day', limit: usdToNano(1) } as const;

describe('a limit of the fleet that a person changed', () => {
  it('outlives its process', async () => {
    const live = createLives();
    const first = live(LITTLE, 'one');
    await expect(first.call()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    await first.orchestrator.host.commands.execute(raise, { commandId: 'c1', actor: { id: 'u1' } });
    expect(await first.call()).toBe('ok');
    await first.orchestrator.close();

    const second = live(LITTLE, 'two');
    expect(await second.call()).toBe('ok');
    expect((await second.of('budget.raised')).map(({ data }) => data.by)).toEqual([{ id: 'u1' }]);
    const told = (await second.of('budget.set')).filter(({ data }) => data.budgetId === 'fleet:day');
    expect(told.at(-1)?.data.limit).toBe(raise.limit);
    expect((await second.orchestrator.list()).map(({ name }) => name)).toEqual(['call', 'call', 'call']);
  });

  it('gives way to another limit in the options', async () => {
    const live = createLives();
    const first = live(LITTLE, 'one');
    await expect(first.call()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    await first.orchestrator.host.commands.execute(raise, { commandId: 'c1' });
    await first.orchestrator.close();
    await expect(live(LITTLE / 2, 'two').call()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('can be changed again, by any process', async () => {
    const live = createLives();
    const first = live(LITTLE, 'one');
    await expect(first.call()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    await first.orchestrator.host.commands.execute(raise, { commandId: 'c1' });
    await first.orchestrator.close();
    const second = live(LITTLE, 'two');
    expect(await second.call()).toBe('ok');
    const { execute } = second.orchestrator.host.commands;
    await Promise.all([
      execute({ ...raise, limit: 7 }, { commandId: 'c2' }),
      execute({ ...raise, limit: 5 }, { commandId: 'c3' }),
    ]);
    await second.orchestrator.close();
    await expect(live(LITTLE, 'three').call()).rejects.toMatchObject({ details: { limit: 5 } });
  });
});
