import type { ReactElement } from 'react';
import type { PageName } from '../components/panel/view.js';

const PATHS: { readonly [P in PageName | 'account' | 'search']: string } = {
  overview: 'M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 10.5H7v3H2.5z',
  runs: 'M2.5 4h2M2.5 8h2M2.5 12h2M6.5 4h7M6.5 8h7M6.5 12h7',
  run: 'M4.5 3v10l8-5z',
  agents: 'M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 13.5c.6-2.4 2.5-3.8 5-3.8s4.400 1.400 5 3.8',
  tasks: 'M2.500 4.200l1.200 1.200 2-2.400M2.500 11l1.200 1.200 2-2.400M8.500 4.500h5M8.500 11.300h5',
  costs: 'M2.500 13.500v-4M6.200 13.500v-8M9.800 13.500v-5.500M13.500 13.500v-11',
  alerts:
    'M8 2.500a4 4 0 0 1 4 4c0 3 1.500 4.500 1.500 4.500h-11s1.500-1.500 1.500-4.500a4 4 0 0 1 4-4ZM6.800 13.500h2.400',
  compare: 'M2.500 5h9M9 2.500 11.500 5 9 7.500M13.500 11h-9M7 8.500 4.500 11 7 13.500',
  settings:
    'M2.500 4.500h6M12 4.500h1.500M2.500 11.500H4M7.500 11.500h6M10.200 6.200a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400ZM5.800 13.200a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400Z',
  account:
    'M8 8a2.700 2.700 0 1 0 0-5.400A2.700 2.700 0 0 0 8 8ZM2.800 13.600c.5-2.500 2.600-3.800 5.200-3.800s4.700 1.300 5.200 3.800',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM10.300 10.300l3.200 3.200',
};

/** A drawing beside a word, never instead of one. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): ReactElement {
  return (
    <svg className="fg-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
