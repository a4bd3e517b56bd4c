import type { Amount, Analytics, CostTotals } from '@fleetglass/core/client';
import { describeCost } from '../components/cost/describe-cost.js';
import type { Texts } from '../context/monitor-context.js';
import { exactUsd } from '@fleetglass/core/client';
import { plainText } from '../lib/plain-text.js';
import { chartsLabels } from './charts-labels.js';
import type { DataCell, DataColumn } from './data-table.js';
import { zoneOf } from './zone.js';

/** Longest name that is drawn; nobody reads more of it. */
const MAX_NAME = 120;

/** A name from the outside as it is shown. */
export function nameText(name: string, texts: Texts, others?: number): string {
  const words = texts.labels(chartsLabels);
  if (others !== undefined) return words.others(others);
  const text = plainText(name.slice(0, MAX_NAME + 1)).trim();
  if (text === '') return words.notGiven;
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text;
}

/** Input and output. */
export const tokensOf = ({ usage }: Pick<Amount, 'usage'>): number => usage.inputTokens + usage.outputTokens;

export const simulatedOf = (cost: CostTotals): number => cost.byBasis.simulated ?? 0;

/** Columns for {@link costCells}. */
export function costColumns({ labels }: Texts): readonly DataColumn[] {
  const words = labels(chartsLabels);
  return [
    { label: words.costUsd, numeric: true },
    { label: words.simulatedCost, fileOnly: true },
    { label: words.unpricedCalls, fileOnly: true },
  ];
}

/** A cost as it is read, exact for calculating, with what is made up and what is missing. */
export function costCells(cost: CostTotals, texts: Texts): readonly DataCell[] {
  const { text, hint, certainty } = describeCost(cost, texts);
  return [
    { text, hint, value: certainty === 'unknown' ? undefined : exactUsd(cost.nanoUsd) },
    { text: '', value: exactUsd(simulatedOf(cost)) },
    { text: '', value: cost.unknownCalls },
  ];
}

/** A part of a whole; something is never told as nothing. */
export function shareText(share: number, { labels, format }: Texts): string {
  return share > 0 && share < 0.005 ? labels(chartsLabels).upTo(format.percent(0.01)) : format.percent(share);
}

/** What has to be known to trust the amounts. */
export function costNotes(cost: CostTotals, texts: Texts): readonly string[] {
  const words = texts.labels(chartsLabels);
  const simulated = simulatedOf(cost);
  return [
    ...(cost.unknownCalls > 0 ? [words.lowerBound(cost.unknownCalls)] : []),
    ...(simulated > 0 ? [words.simulated(texts.format.money(simulated))] : []),
  ];
}

/** What the runs that are held do not tell. */
export function partialNotes({ partial }: Analytics, texts: Texts): readonly string[] {
  const words = texts.labels(chartsLabels);
  const { forgottenSpans, heldSince } = partial;
  const zone = zoneOf(texts.format);
  return [
    ...(forgottenSpans > 0 ? [words.forgotten(texts.format.count(forgottenSpans))] : []),
    ...(heldSince === undefined ? [] : [words.heldSince(zone.date(zone.startOf(heldSince)))]),
  ];
}
