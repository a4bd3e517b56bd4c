/** The floors of the packages: see docs/architecture.md. A folder imports only from lower floors of its own wing. */
const core = '^packages/core/src';
const floors = [['lib'], ['errors'], ['protocol'], ['model'], ['projection'], ['log']];
const producer = [['emitter'], ['orchestrator'], ['planner', 'alerts']];
const consumer = [['transport'], ['monitor'], ['selectors']];
const everyFloor = [...floors, ...producer, ...consumer].flat();

const folder = (names) => `${core}/(${names.join('|')})/`;
const tests = '\\.(test|test-d|contract)\\.tsx?$|/test/';
const entries = `${core}/[^/]+\\.ts$`;

/** One rule a folder: whatever of core it does not sit above, it does not import (types included). */
function floorRules(wing) {
  return wing.flatMap((names, index) => {
    const below = [...(wing === floors ? [] : floors.flat()), ...wing.slice(0, index).flat()];
    return names.map((name) => ({
      name: `core-floor-${name}`,
      comment: `${name}/ imports only from ${below.join(', ') || 'nothing of core'}.`,
      severity: 'error',
      from: { path: folder([name]), pathNot: tests },
      to: { path: core, pathNot: folder([...below, name]) },
    }));
  });
}

/** A test stays below the entry files too, but may reach the other wing. */
const coreRules = [
  ...floorRules(floors),
  ...floorRules(producer),
  ...floorRules(consumer),
  {
    name: 'core-known-floors',
    comment: 'A new folder of core needs a floor in .dependency-cruiser.cjs.',
    severity: 'error',
    from: { path: core, pathNot: [folder([...everyFloor, 'testing']), entries] },
    to: {},
  },
  {
    name: 'core-client-stays-small',
    comment: 'What a browser loads never reaches the producer wing or zod.',
    severity: 'error',
    from: { path: `${core}/client\\.ts$` },
    to: { path: [folder(producer.flat()), '(^|/)node_modules/zod/', '^zod(/|$)'], reachable: true },
  },
  {
    name: 'core-product-without-testing',
    comment: 'What tests need stays out of the product.',
    severity: 'error',
    from: { path: core, pathNot: [tests, `${core}/testing/`] },
    to: { path: `${core}/testing/` },
  },
  {
    name: 'core-is-isomorphic',
    comment: 'core runs in browsers too.',
    severity: 'error',
    from: { path: core, pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
];

const react = '^packages/react/src';
/** Floors of the component library: words and drawing helpers below, published entries above. */
const heavy = ['charts', 'graph', 'reading'];
const reactFloors = [
  ['lib', 'format'],
  ['labels'],
  ['context'],
  ['hooks'],
  ['components'],
  ['export'],
  heavy,
  ['dashboard', 'player'],
];
const inReact = (names) => `${react}/(${names.join('|')})/`;
const reactRules = [
  ...reactFloors.flatMap((names, index) =>
    names.map((name) => ({
      name: `react-floor-${name}`,
      comment: `${name}/ imports only from below; the heavy entries never import each other.`,
      severity: 'error',
      // The table of all words is composed from those beside the components.
      from: { path: inReact([name]), pathNot: `${tests}|${react}/labels/(labels|en)\\.ts$` },
      to: {
        path: inReact([
          ...reactFloors
            .slice(index)
            .flat()
            .filter((other) => other !== name),
        ]),
      },
    })),
  ),
  ...[
    ['charts', 'recharts'],
    ['graph', '@xyflow/react'],
    ['reading', 'diff|marked'],
  ].map(([name, libraries]) => ({
    name: `react-only-${name}`,
    comment: `Only ${name}/ pays for ${libraries}.`,
    severity: 'error',
    from: { path: react, pathNot: [inReact([name]), tests] },
    to: { path: `(^|/)node_modules/(${libraries})/` },
  })),
];

const inPackage = (name) => ({ path: `^packages/${name}/src`, pathNot: tests });
const packageRules = [
  {
    name: 'packages-core-alone',
    comment: 'core imports no other package.',
    severity: 'error',
    from: inPackage('core'),
    to: { path: '^packages/(react|sources|server)/' },
  },
  {
    name: 'packages-react-client-only',
    comment: 'react imports only @fleetglass/core/client and @fleetglass/core/protocol.',
    severity: 'error',
    from: inPackage('react'),
    to: { path: '^packages/', pathNot: `^packages/react/|${core}/(client|protocol)\\.ts$` },
  },
  {
    name: 'packages-sources-core-only',
    comment: 'sources imports core only.',
    severity: 'error',
    from: inPackage('sources'),
    to: { path: '^packages/(react|server)/' },
  },
  {
    name: 'packages-server-core-and-sources',
    comment: 'server imports core and sources.',
    severity: 'error',
    from: inPackage('server'),
    to: { path: '^packages/react/' },
  },
  {
    name: 'packages-by-name',
    comment: 'Reach another package by its published name, never by a path into its folder.',
    severity: 'error',
    from: { path: '^(packages/[^/]+)/', pathNot: tests },
    to: { path: '^packages/', pathNot: '^$1/', dependencyTypesNot: ['aliased', 'npm'] },
  },
  {
    name: 'packages-not-above',
    comment:
      'Packages never import examples, stories, benchmarks or end-to-end tests; their tests share the recordings of stories.',
    severity: 'error',
    from: { path: '^packages/', pathNot: tests },
    to: { path: '^(examples|stories|bench|e2e)/' },
  },
];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...coreRules,
    ...reactRules,
    ...packageRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|storybook-static|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
