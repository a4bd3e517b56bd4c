/**
 * Version of the envelope and of the frames, announced in `hello` and carried as `v` by every event and every stored
 * record. It changes only when an old reader would misunderstand a new writer; new types and fields do not change it.
 */
export const PROTOCOL_VERSION = 1;

/** Oldest version that this code can still read. */
export const MIN_PROTOCOL_VERSION = 1;
