/** Colours of everything below a provider; `system` follows the browser. */
export type Theme = 'light' | 'dark' | 'system' | 'industrial';

/** How much room rows and controls take. */
export type Density = 'comfortable' | 'compact';
