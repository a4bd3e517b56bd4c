/** The whole, ready-made. */
export {};
