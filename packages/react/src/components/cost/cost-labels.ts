import { defineLabels } from '../../labels/define-labels.js';
import type { KnownCostBasis } from '@fleetglass/core/protocol';

export interface CostLabels {
  /** Written before an amount that is a lower bound. */
  readonly atLeast: (money: string) => string;
  /** Written before what is left when the amount spent is a lower bound. */
  readonly atMost: (money: string) => string;
  readonly unknown: string;
  /** Why no tokens can be told. */
  readonly tokensUnknown: string;
  /** `cutOff`: how many of them ended before they told what they used; `undefined` when nobody counted. */
  readonly unknownReason: (calls: number, cutOff?: number) => string;
  readonly basis: { readonly [B in KnownCostBasis]: string };
  readonly simulatedHint: string;
  readonly mixed: (parts: readonly string[]) => string;
  /** The hint over an amount. */
  readonly hint: (exact: string, basis: string) => string;
}

export const costLabels = defineLabels<CostLabels>('cost', {
  atLeast: (money) => `≥ ${money}`,
  atMost: (money) => `≤ ${money}`,
  unknown: '—',
  tokensUnknown: 'No call told its tokens',
  unknownReason(calls, cutOff) {
    const all = calls === 1 ? '1 call' : `${calls} calls`;
    if (cutOff === undefined) return `${all} of unknown cost`;
    if (cutOff === 0) return `${all} without a known price`;
    if (cutOff >= calls) return `${all} cut off, cost unknown`;
    return `${all} of unknown cost, ${cutOff} of them cut off`;
  },
  basis: { billed: 'billed', list: 'list prices', custom: 'your prices', simulated: 'simulated' },
  simulatedHint: 'A simulated model answered. Nobody was billed.',
  mixed: (parts) => parts.join(', '),
  hint: (exact, basis) => (basis === '' ? exact : `${exact} (${basis})`),
});
