import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import type { LedgerEntry } from '../log/store.js';
import { isConsistentUsage } from '../model/usage.js';
import type { EventDraft, EventScope } from '../protocol/event.js';
import type { Cost, Usage } from '../protocol/usage.js';
import { assumedCost, createQuote } from './call-quote.js';
import { draftEvent } from './event-draft.js';
import { toFailure } from './failure.js';
import type { ChatMessage, ModelAnswer, ModelProvider, ModelRequest, ModelResult } from './model-provider.js';
import { assertJson, toPayload } from './payload.js';
import { hashRequest } from './request-hash.js';
import type { OpenCall, RunCore } from './run-core.js';
import type { Reservation } from './run-budgets.js';
import { abandon, assumedPriceOf, release, settle } from './run-budgets.js';
import type { CallScope } from './call-scope.js';

/** The messages of a request, with its shorthands written out. */
export function messagesOf(request: ModelRequest): readonly ChatMessage[] {
  const messages: ChatMessage[] = [];
  if (request.system !== undefined) messages.push({ role: 'system', content: request.system });
  if (request.prompt !== undefined) messages.push({ role: 'user', content: request.prompt });
  messages.push(...(request.messages ?? []));
  if (messages.length === 0) {
    throw new FleetglassError('BAD_INPUT', 'A model call needs a prompt or messages.');
  }
  return messages;
}

function isUsage(usage: Usage): boolean {
  const counts = [
    usage.inputTokens,
    usage.outputTokens,
    usage.cacheReadTokens ?? 0,
    usage.cacheWrite5mTokens ?? 0,
    usage.cacheWrite1hTokens ?? 0,
    usage.reasoningTokens ?? 0,
  ];
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0) && isConsistentUsage(usage);
}

/** `now - before`, class by class, never below 0. */
function usageSince(before: Usage | undefined, now: Usage): Usage {
  const part = (a: number | undefined, b: number | undefined): number => Math.max(0, (a ?? 0) - (b ?? 0));
  return {
    inputTokens: part(now.inputTokens, before?.inputTokens),
    cacheReadTokens: part(now.cacheReadTokens, before?.cacheReadTokens),
    cacheWrite5mTokens: part(now.cacheWrite5mTokens, before?.cacheWrite5mTokens),
    cacheWrite1hTokens: part(now.cacheWrite1hTokens, before?.cacheWrite1hTokens),
    outputTokens: part(now.outputTokens, before?.outputTokens),
    reasoningTokens: part(now.reasoningTokens, before?.reasoningTokens),
  };
}

/** Prices calls of one request: by the table, as simulated, or as assumed. */
function createPricing(run: RunCore, provider: ModelProvider, model: string, reservation: Reservation) {
  const { prices } = run.services;
  const assumed = assumedPriceOf(reservation.accounts);
  return (usage: Usage, answeredBy: string | undefined): Cost => {
    const time = run.time();
    const query = { provider: provider.id, usage, time };
    let cost = prices.cost({ ...query, model: answeredBy ?? model });
    if (cost.basis === 'unknown' && answeredBy !== undefined) cost = prices.cost({ ...query, model });
    if (cost.basis === 'unknown') return assumed ? assumedCost(usage, assumed) : cost;
    return provider.simulated ? { nanoUsd: cost.nanoUsd, basis: 'simulated' } : cost;
  };
}

/** A call from its reservation to its settlement. See {@link TaskContext.model} for what callers are told. */
export async function callModel(scope: CallScope, request: ModelRequest): Promise<ModelResult> {
  const { run, ownTask: task } = scope;
  const { provider, model } = request;
  const messages = messagesOf(request);
  const key = request.key ?? scope.nextKey('model');
  const hash = hashRequest({
    provider: provider.id,
    model,
    messages: messages as unknown as Json,
    maxOutputTokens: request.maxOutputTokens ?? null,
    options: request.options ?? null,
  });
  const spanId = run.newId('span');
  const spanScope: EventScope = scope.spanScope(spanId);
  const started = {
    kind: 'model',
    name: request.name ?? model,
    model,
    provider: provider.id,
    input: await toPayload(messages as unknown as Json, run.services),
  } as const;

  const known = scope.recorded('model', key, hash);
  if (known) {
    const time = run.time();
    await run.journal.commit({
      events: [
        draftEvent('span.started', started, spanScope, time),
        draftEvent('span.ended', { status: 'ok', reused: true }, spanScope, time),
      ],
    });
    return { ...(known.result as unknown as Omit<ModelResult, 'reused'>), reused: true };
  }

  const accounts = run.budgets.accountsFor(task.node, task.scope.agentId);
  const assumed = assumedPriceOf(accounts);
  const quote = createQuote({
    prices: run.services.prices,
    provider,
    model,
    messages,
    options: request.options,
    time: run.time(),
    assumed,
  });
  const reservation = await scope.reserve({ accounts, quote, outputTokens: request.maxOutputTokens });
  const entry = (kind: LedgerEntry['kind'], nanoUsd: number | undefined, usage?: Usage): LedgerEntry => ({
    callId: spanId,
    kind,
    time: run.time(),
    model,
    ...(nanoUsd === undefined ? {} : { nanoUsd }),
    ...(usage === undefined ? {} : { usage }),
    ...(task.scope.agentId === undefined ? {} : { agentId: task.scope.agentId }),
    ...(task.scope.taskId === undefined ? {} : { taskId: task.scope.taskId }),
    ...(task.node === undefined ? {} : { node: task.node }),
  });

  // The run may have ended between the reservation and now; from here on its end waits for this call.
  if (scope.closed) {
    release(reservation);
    throw scope.reason();
  }
  let open = true;
  const call: OpenCall = {
    abandon(events, time) {
      open = false;
      abandon(reservation);
      events.push(draftEvent('span.ended', { status: 'cancelled' }, spanScope, time));
      return [entry('abandoned', reservation.nanoUsd)];
    },
  };
  run.callOpened(call);
  const close = (): boolean => {
    const was = open;
    open = false;
    run.callClosed(call);
    return was;
  };

  const startedAt = run.services.clock.monotonic();
  let firstTokenAt: number | undefined;
  let lastUsage: Usage | undefined;
  let lastCost = 0;
  const price = createPricing(run, provider, model, reservation);
  const messageId = spanId;

  const fail = async (error: unknown): Promise<never> => {
    if (close()) {
      const events: EventDraft[] = [];
      const time = run.time();
      const cost = lastUsage && price(lastUsage, undefined);
      const spent = cost?.nanoUsd;
      if (lastUsage && cost) settle(reservation, spent, events, time);
      else release(reservation);
      events.unshift(
        draftEvent(
          'span.ended',
          {
            status: scope.signal.aborted ? 'cancelled' : 'error',
            error: toFailure(error),
            ...(lastUsage && cost ? { usage: lastUsage, cost } : {}),
          },
          spanScope,
          time,
        ),
      );
      await run.journal.commit({
        events,
        ledger: [lastUsage ? entry('settled', spent, lastUsage) : entry('released', reservation.nanoUsd)],
      });
    }
    throw error;
  };

  let answer: ModelAnswer;
  try {
    await run.journal.commit({
      events: [
        draftEvent(
          'span.started',
          reservation.nanoUsd === undefined ? started : { ...started, reservedNanoUsd: reservation.nanoUsd },
          spanScope,
          run.time(),
        ),
      ],
      ledger: [entry('reserved', reservation.nanoUsd)],
    });
    scope.assertOpen();
    answer = await provider.call(
      {
        model,
        messages,
        maxOutputTokens: reservation.outputTokens,
        ...(request.options === undefined ? {} : { options: request.options }),
      },
      {
        signal: scope.signal,
        onDelta(text, kind = 'text') {
          if (!open || text === '') return;
          firstTokenAt ??= run.services.clock.monotonic();
          scope.emit('message.delta', { messageId, kind, text }, spanScope);
        },
        onUsage(usage) {
          if (!open || !isUsage(usage)) return;
          const cost = price(usage, undefined);
          const difference = usageSince(lastUsage, usage);
          const nanoUsd = cost.nanoUsd === undefined ? undefined : Math.max(0, cost.nanoUsd - lastCost);
          lastUsage = usage;
          lastCost = cost.nanoUsd ?? lastCost;
          scope.emit(
            'usage.recorded',
            {
              usage: difference,
              model,
              cost:
                nanoUsd === undefined || cost.basis === 'unknown'
                  ? { basis: 'unknown' }
                  : { nanoUsd, basis: cost.basis },
            },
            spanScope,
          );
        },
      },
    );
    if (!isUsage(answer.usage)) {
      throw new FleetglassError(
        'BAD_INPUT',
        `Provider '${provider.id}' reported an impossible usage for '${model}'.`,
      );
    }
  } catch (error) {
    return fail(error);
  }

  if (!close()) throw scope.reason();
  const events: EventDraft[] = [];
  const computed = price(answer.usage, answer.model);
  const recorded: Cost | undefined =
    answer.cost && answer.cost.basis !== 'unknown' && provider.simulated
      ? { nanoUsd: answer.cost.nanoUsd, basis: 'simulated' }
      : answer.cost;
  const cost = recorded && recorded.basis !== 'unknown' ? recorded : computed;
  const time = run.time();
  const overrun =
    cost.nanoUsd !== undefined && reservation.nanoUsd !== undefined ? cost.nanoUsd - reservation.nanoUsd : 0;
  settle(reservation, cost.nanoUsd, events, time);
  events.unshift(
    draftEvent(
      'span.ended',
      {
        status: 'ok',
        usage: answer.usage,
        cost,
        ...(answer.model === undefined ? {} : { model: answer.model }),
        ...(recorded && recorded.basis !== 'unknown' && computed.basis !== 'unknown'
          ? { computedCost: computed }
          : {}),
        ...(firstTokenAt === undefined ? {} : { firstTokenMs: Math.round(firstTokenAt - startedAt) }),
        ...(overrun > 0 ? { overrunNanoUsd: overrun } : {}),
      },
      spanScope,
      time,
    ),
    draftEvent(
      'message.appended',
      { messageId, role: 'assistant', parts: [{ kind: 'text', text: answer.text }] },
      spanScope,
      time,
    ),
  );
  if (overrun > 0) {
    events.push(
      draftEvent(
        'alert.raised',
        {
          alertId: `overrun-${spanId}`,
          rule: 'overrun',
          severity: 'warning',
          message: `A call of ${model} cost ${overrun} nano-dollars more than was reserved for it.`,
          details: { spanId, overrunNanoUsd: overrun },
        },
        spanScope,
        time,
      ),
    );
  }
  const given = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));
  const result = { ...(given as unknown as ModelAnswer), cost };
  const ledger = [entry('settled', cost.nanoUsd, answer.usage)];
  let write;
  try {
    write = scope.record('model', key, hash, assertJson(result, `The answer of '${provider.id}'`));
  } catch (error) {
    await run.journal.commit({ events, ledger });
    throw error;
  }
  await run.journal.commit({ events, ledger, writes: [write] });
  if (quote.contextTokens !== undefined) {
    scope.emit('context.measured', {
      usedTokens: answer.usage.inputTokens + answer.usage.outputTokens,
      limitTokens: quote.contextTokens,
      model: answer.model ?? model,
    });
  }
  return { ...result, reused: false };
}
