import { NANO_PER_USD } from '@fleetglass/core/client';
import { later } from './later.js';

/** Writes nano-dollars in the given locale. */
export interface MoneyFormat {
  /**
   * As many decimals as the size deserves: four below one cent, three below one dollar, two above. What would round
   * to nothing shows as "< $0.0001", so that only a true zero looks like one.
   */
  readonly money: (nanoUsd: number) => string;
  /** For amounts that a person chose, such as a limit: two decimals, up to four where they say something. */
  readonly chosenMoney: (nanoUsd: number) => string;
  /** Every decimal there is, for a hint. */
  readonly exactMoney: (nanoUsd: number) => string;
}

const CENT = NANO_PER_USD / 100;
const SMALLEST = NANO_PER_USD / 10_000;

export function createMoneyFormat(locale: string): MoneyFormat {
  const format = (minimumFractionDigits: number, maximumFractionDigits: number): (() => Intl.NumberFormat) =>
    later(
      () =>
        new Intl.NumberFormat(locale, {
          style: 'currency',
          currency: 'USD',
          currencyDisplay: 'narrowSymbol',
          minimumFractionDigits,
          maximumFractionDigits,
        }),
    );
  const two = format(2, 2);
  const three = format(3, 3);
  const four = format(4, 4);
  const chosen = format(2, 4);
  const exact = format(2, 9);
  const money = (nanoUsd: number): string => {
    const size = Math.abs(nanoUsd);
    if (size !== 0 && size < SMALLEST / 2) return `< ${four().format(SMALLEST / NANO_PER_USD)}`;
    const usd = nanoUsd / NANO_PER_USD;
    if (size === 0 || size >= NANO_PER_USD) return two().format(usd);
    return (size < CENT ? four : three)().format(usd);
  };
  return {
    money,
    chosenMoney: (nanoUsd) => chosen().format(nanoUsd / NANO_PER_USD),
    exactMoney: (nanoUsd) => exact().format(nanoUsd / NANO_PER_USD),
  };
}
