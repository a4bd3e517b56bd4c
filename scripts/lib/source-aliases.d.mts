/** The packages' published names and the sources behind them. */
export const sourceAliases: { readonly find: RegExp; readonly replacement: string }[];
