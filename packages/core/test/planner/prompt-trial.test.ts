import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffPrompts } from '../../src/planner/prompt-difference.js';
import type { PromptLine } from '../../src/planner/prompt-difference.js';
import { comparePrompts, testAgent } from '../../src/planner/prompt-trial.js';
import { createRoleRegistry } from '../../src/planner/role-registry.js';
import { createHarness, createProvider, flatPrices } from '../orchestrator/harness.js';

const roles = createRoleRegistry();

describe('testAgent', () => {
  const ada = { name: 'Ada', role: 'REVIEWER', model: 'big', instructions: 'Be kind.' };

  it('asks the model of the agent what it would ask for this task, as a run', async () => {
    const provider = createProvider(() => ({ text: 'accept' }));
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const trial = await testAgent(ada, 'Look at this', { orchestrator, provider, roles, model: 'm' });
    const prompt = roles.preview('REVIEWER', { task: 'Look at this', instructions: 'Be kind.' });
    expect(trial).toMatchObject({ prompt, text: 'accept', finishReason: undefined });
    expect(provider.calls[0]).toMatchObject({
      model: 'big',
      messages: [
        { role: 'system', content: prompt.system },
        { role: 'user', content: prompt.prompt },
      ],
    });
    expect(trial.cost.nanoUsd).toBe(trial.usage.inputTokens * 1_000 + trial.usage.outputTokens * 5_000);
    expect((await of('run.created'))[0]?.data).toMatchObject({
      name: 'test of Ada',
      labels: { purpose: 'agent test' },
    });
    expect((await of('agent.joined'))[0]?.agentId).toBe('Ada');
    await orchestrator.close();
  });

  it('takes a whole sample, and the default model of an agent without one', async () => {
    const provider = createProvider();
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const { name, role } = ada;
    const sample = { task: 'x', results: [{ step: 'builder', role: 'BUILDER', text: 'did it' }] };
    const trial = await testAgent({ name, role }, sample, { orchestrator, provider, roles, model: 'm' });
    expect(trial.prompt.prompt).toContain('did it');
    expect(provider.calls[0]?.model).toBe('m');
    await orchestrator.close();
  });

  it('spends no more than the budgets allow', async () => {
    const provider = createProvider();
    const { orchestrator } = createHarness({
      prices: flatPrices(),
      budget: { usd: 0.000_001, period: 'day' },
    });
    const asked = testAgent(ada, 'x', { orchestrator, provider, roles, model: 'm' });
    await expect(asked).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(provider.calls).toEqual([]);
    await orchestrator.close();
  });

  it('refuses a malformed agent and an unknown role', async () => {
    const { orchestrator } = createHarness();
    const options = { orchestrator, provider: createProvider(), roles, model: 'm' };
    await expect(testAgent({ name: '--x', role: 'BUILDER' }, 'x', options)).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(testAgent({ name: 'x', role: 'SINGER' }, 'x', options)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await orchestrator.close();
  });
});

describe('comparePrompts', () => {
  it('asks both and shows what differs', async () => {
    const provider = createProvider(({ messages }) => ({ text: `heard ${messages[0]?.content ?? ''}` }));
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const compared = await comparePrompts(
      { system: 'Be brief.\nBe kind.', prompt: 'x' },
      { system: 'Be brief.\nBe harsh.', prompt: 'x' },
      { orchestrator, provider, model: 'm' },
    );
    expect([compared.first.text, compared.second.text]).toEqual([
      'heard Be brief.\nBe kind.',
      'heard Be brief.\nBe harsh.',
    ]);
    expect(compared.difference.system).toEqual([
      { kind: 'same', text: 'Be brief.' },
      { kind: 'removed', text: 'Be kind.' },
      { kind: 'added', text: 'Be harsh.' },
    ]);
    expect(await of('run.created')).toHaveLength(1);
    await orchestrator.close();
  });
});

describe('diffPrompts', () => {
  const sideOf = (aligned: readonly PromptLine[], other: PromptLine['kind']): string =>
    aligned
      .filter(({ kind }) => kind === 'same' || kind === other)
      .map(({ text }) => text)
      .join('\n');
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1 }).map((all) => all.join('\n'));

  it('holds both texts whole', () => {
    fc.assert(
      fc.property(text, text, (first, second) => {
        const { prompt } = diffPrompts({ system: '', prompt: first }, { system: '', prompt: second });
        expect(sideOf(prompt, 'removed')).toBe(first);
        expect(sideOf(prompt, 'added')).toBe(second);
      }),
    );
  });

  it('changes nothing between equal texts, and as little as possible otherwise', () => {
    fc.assert(
      fc.property(text, (same) => {
        const { prompt } = diffPrompts({ system: '', prompt: same }, { system: '', prompt: same });
        expect(prompt.every(({ kind }) => kind === 'same')).toBe(true);
      }),
    );
    const { prompt } = diffPrompts(
      { system: '', prompt: 'a\nb\nc\nd\ne' },
      { system: '', prompt: 'a\nx\nc\ne\nd' },
    );
    expect(prompt.filter(({ kind }) => kind === 'same')).toHaveLength(3);
  });

  it('shows very long texts without a line in common as replaced', () => {
    const many = (letter: string): string =>
      Array.from({ length: 3_000 }, (_, i) => `${letter}${i}`).join('\n');
    const { prompt } = diffPrompts({ system: '', prompt: many('a') }, { system: '', prompt: many('b') });
    expect(prompt).toHaveLength(6_000);
    expect(prompt[2_999]?.kind).toBe('removed');
  });

  it('says how many tokens each has', () => {
    const { inputTokens } = diffPrompts(
      { system: 'ab', prompt: 'cd' },
      { system: 'ü'.repeat(8), prompt: '' },
    );
    expect(inputTokens).toEqual({ first: { low: 1, high: 2 }, second: { low: 4, high: 8 } });
  });
});
