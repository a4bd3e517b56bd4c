import { sourceAliases } from './source-aliases.mjs';

/** For esbuild: packages by their sources, so that no build has to come before. */
export const sources = {
  name: 'sources',
  setup(build) {
    for (const { find, replacement } of sourceAliases) {
      build.onResolve({ filter: find }, ({ path }) => ({ path: path.replace(find, replacement) }));
    }
  },
};
