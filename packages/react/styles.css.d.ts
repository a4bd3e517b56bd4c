/** A stylesheet is imported for its side effect only. */
export {};
