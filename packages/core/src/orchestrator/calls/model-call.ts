import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json } from '../../lib/json.js';
import type { LedgerEntry } from '../../log/store.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import { isCost } from '../../model/checked-prices.js';
import type { Cost, Usage } from '../../protocol/usage.js';
import { assumedCost, createQuote } from './call-quote.js';
import type { CallQuote } from './call-quote.js';
import { draftEvent } from '../run/event-draft.js';
import { toFailure } from '../run/failure.js';
import type { ChatMessage, ModelAnswer, ModelProvider, ModelRequest, ModelResult } from './model-provider.js';
import { assertJson, toPayload } from '../run/payload.js';
import { hashRequest } from './request-hash.js';
import type { OpenCall, RunCore } from '../run/run-core.js';
import type { Reservation } from '../budgets/reservation.js';
import { abandon, release, settle } from '../budgets/reservation.js';
import { assumedPriceOf } from '../budgets/run-budgets.js';
import type { CallAmounts } from '../budgets/run-budgets.js';
import { createUsageMeter, isUsage } from './usage-meter.js';
import { commitReused } from './reused-span.js';
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

const amountsOfCall = ({ nanoUsd }: Cost, { inputTokens, outputTokens }: Usage): CallAmounts => ({
  nanoUsd,
  tokens: inputTokens + outputTokens,
});

/** Nano-dollars that a call cost more than was reserved for it. */
function overrunOf(reserved: number | undefined, cost: Cost | undefined): number {
  return cost?.nanoUsd === undefined || reserved === undefined ? 0 : Math.max(0, cost.nanoUsd - reserved);
}

function overrunAlert(model: string, overrun: number, scope: EventScope, time: number): EventDraft {
  const spanId = scope.spanId ?? '';
  return draftEvent(
    'alert.raised',
    {
      alertId: `overrun-${spanId}`,
      rule: 'overrun',
      severity: 'warning',
      message: `A call of ${model} cost ${overrun} nano-dollars more than was reserved for it.`,
      details: { spanId, overrunNanoUsd: overrun },
    },
    scope,
    time,
  );
}

/** A call from its reservation to its settlement. See {@link TaskContext.model} for what callers are told. */
export async function callModel(scope: CallScope, request: ModelRequest): Promise<ModelResult> {
  const { run, ownTask: task } = scope;
  const { provider, model: asked } = request;
  const messages = messagesOf(request);
  const key = request.key ?? scope.nextKey('model');
  const hash = hashRequest({
    provider: provider.id,
    model: asked,
    messages: messages as unknown as Json,
    maxOutputTokens: request.maxOutputTokens ?? null,
    options: request.options ?? null,
  });
  const spanId = run.newId('span');
  const spanScope: EventScope = scope.spanScope(spanId);
  const started = {
    kind: 'model',
    name: request.name ?? asked,
    model: asked,
    provider: provider.id,
    input: await toPayload(messages as unknown as Json, run.services),
  } as const;

  const known = scope.recorded('model', key, hash);
  if (known) {
    await commitReused(run, started, spanScope);
    return { ...(known.result as unknown as Omit<ModelResult, 'reused'>), reused: true };
  }

  const accounts = run.budgets.accountsFor({ node: task.node, agentId: task.scope.agentId });
  const assumed = assumedPriceOf(accounts);
  const quoteOf = (name: string): CallQuote =>
    createQuote({
      prices: run.services.prices,
      provider,
      model: name,
      messages,
      options: request.options,
      time: run.time(),
      assumed,
    });
  const reservation = await scope.reserve({
    accounts,
    quote: quoteOf(asked),
    quoteOf,
    outputTokens: request.maxOutputTokens,
  });
  const { model, held } = reservation;
  const entry = (
    kind: LedgerEntry['kind'],
    amount: { readonly nanoUsd: number | undefined; readonly usage?: Usage; readonly tokens?: number },
  ): LedgerEntry => ({
    callId: spanId,
    kind,
    time: run.time(),
    model,
    ...(amount.nanoUsd === undefined ? {} : { nanoUsd: amount.nanoUsd }),
    ...(amount.usage === undefined ? {} : { usage: amount.usage }),
    ...(amount.tokens === undefined ? {} : { tokens: amount.tokens }),
    ...(run.scope.threadId === undefined ? {} : { threadId: run.scope.threadId }),
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
      return [entry('abandoned', held)];
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
  const price = createPricing(run, provider, model, reservation);
  const messageId = spanId;
  const overrunning = new AbortController();
  const meter = createUsageMeter(
    reservation,
    (usage) => price(usage, undefined),
    (error) => overrunning.abort(error),
  );

  const fail = async (cause: unknown): Promise<never> => {
    const error: unknown = overrunning.signal.aborted ? overrunning.signal.reason : cause;
    if (close()) {
      const events: EventDraft[] = [];
      const time = run.time();
      const usage = meter.last;
      const cost = usage && price(usage, undefined);
      if (usage && cost) settle(reservation, amountsOfCall(cost, usage), events, time);
      else release(reservation);
      const overrun = overrunOf(held.nanoUsd, cost);
      events.unshift(
        draftEvent(
          'span.ended',
          {
            status: scope.signal.aborted ? 'cancelled' : 'error',
            error: toFailure(error),
            ...(usage && cost ? { usage, cost } : {}),
            ...(overrun > 0 ? { overrunNanoUsd: overrun } : {}),
          },
          spanScope,
          time,
        ),
      );
      if (overrun > 0) events.push(overrunAlert(model, overrun, spanScope, time));
      await run.journal.commit({
        events,
        ledger: [usage ? entry('settled', { nanoUsd: cost?.nanoUsd, usage }) : entry('released', held)],
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
          {
            ...started,
            ...(model === asked ? {} : { model, name: request.name ?? model }),
            ...(held.nanoUsd === undefined ? {} : { reservedNanoUsd: held.nanoUsd }),
          },
          spanScope,
          run.time(),
        ),
      ],
      ledger: [entry('reserved', held)],
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
        signal: AbortSignal.any([scope.signal, overrunning.signal]),
        onDelta(text, kind = 'text') {
          if (!open || typeof text !== 'string' || text === '') return;
          firstTokenAt ??= run.services.clock.monotonic();
          scope.emit('message.delta', { messageId, kind, text }, spanScope);
        },
        onUsage(usage) {
          const used = open ? meter.report(usage) : undefined;
          if (used) scope.emit('usage.recorded', { ...used, model }, spanScope);
        },
      },
    );
    const { text, cost: told } = answer as { readonly text: unknown; readonly cost?: unknown };
    if (typeof text !== 'string') {
      throw new FleetglassError(
        'BAD_INPUT',
        `Provider '${provider.id}' answered with no text for '${model}'.`,
      );
    }
    if (told !== undefined && !isCost(told)) {
      throw new FleetglassError(
        'BAD_INPUT',
        `Provider '${provider.id}' reported an impossible cost for '${model}'.`,
      );
    }
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
  const overrun = overrunOf(held.nanoUsd, cost);
  settle(reservation, amountsOfCall(cost, answer.usage), events, time);
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
  if (overrun > 0) events.push(overrunAlert(model, overrun, spanScope, time));
  const given = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));
  const result = { ...(given as unknown as ModelAnswer), cost };
  const ledger = [entry('settled', { nanoUsd: cost.nanoUsd, usage: answer.usage })];
  let write;
  try {
    write = scope.record('model', key, hash, assertJson(result, `The answer of '${provider.id}'`));
  } catch (error) {
    await run.journal.commit({ events, ledger });
    throw error;
  }
  await run.journal.commit({ events, ledger, writes: [write] });
  const { contextTokens } = quoteOf(model);
  if (contextTokens !== undefined) {
    scope.emit('context.measured', {
      usedTokens: answer.usage.inputTokens + answer.usage.outputTokens,
      limitTokens: contextTokens,
      model: answer.model ?? model,
    });
  }
  return { ...result, reused: false };
}
