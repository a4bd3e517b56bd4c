/** Path of the gateway in every application. */
export const BASE = '/fleet';
/** What every application answers at `/own`. */
export const OWN_ANSWER = 'of the application itself';
