import type { KnownCostBasis } from '@fleetglass/core/protocol';

export interface CostLabels {
  /** Written before an amount that is a lower bound. */
  readonly atLeast: (money: string) => string;
  /** Written before what is left when the amount spent is a lower bound. */
  readonly atMost: (money: string) => string;
  readonly unknown: string;
  readonly unknownReason: (calls: number) => string;
  readonly basis: { readonly [B in KnownCostBasis]: string };
  readonly mixed: (parts: readonly string[]) => string;
  /** The hint over an amount. */
  readonly hint: (exact: string, basis: string) => string;
}

export const costLabels: CostLabels = {
  atLeast: (money) => `≥ ${money}`,
  atMost: (money) => `≤ ${money}`,
  unknown: '—',
  unknownReason: (calls) =>
    calls === 1 ? '1 call has no known price' : `${calls} calls have no known price`,
  basis: { billed: 'billed', list: 'list prices', custom: 'your prices', simulated: 'simulated' },
  mixed: (parts) => parts.join(', '),
  hint: (exact, basis) => (basis === '' ? exact : `${exact} (${basis})`),
};
