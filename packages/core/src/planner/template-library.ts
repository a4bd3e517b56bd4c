import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { createId, systemRandom } from '../lib/ids.js';
import { deepFreeze } from '../log/deep-freeze.js';
import type { Template, TemplateDraft, TemplateKind } from './template.js';
import { draftOf, parseTemplateDraft } from './template.js';

/** Which templates are wanted. */
export interface TemplateQuery {
  readonly kind?: TemplateKind;
  readonly category?: string;
  /** Found in name or description, whatever its case. */
  readonly text?: string;
}

/** Everything of a template but what it makes, or with another thing of the same kind. */
export type TemplateChange = Partial<Pick<TemplateDraft, 'name' | 'category' | 'description' | 'content'>>;

/**
 * Templates of agents and workflows. A change makes a new version and keeps the old ones. Every implementation passes
 * `templateLibraryContract` of `@fleetglass/core/testing`.
 *
 * Everything that is handed in is checked: a malformed draft or change is refused with `BAD_INPUT`, steps that do not
 * fit with `GRAPH_INVALID`, and nothing was changed then.
 */
export interface TemplateLibrary {
  create(draft: TemplateDraft): Promise<Template>;
  /** All or none of them, in this order. */
  createAll(drafts: readonly TemplateDraft[]): Promise<readonly Template[]>;
  /** @param version the newest without one */
  get(id: string, version?: number): Promise<Template | undefined>;
  /** Newest versions, in the order in which the templates' oldest kept versions were made. */
  list(query?: TemplateQuery): Promise<readonly Template[]>;
  /** Versions that are kept, oldest first; none when there is no such template. */
  versions(id: string): Promise<readonly Template[]>;
  /**
   * @param expectedVersion newest version that the change was made to; without it nobody else's change is noticed
   * @throws FleetglassError `NOT_FOUND`, `VERSION_CONFLICT` when there is a newer version
   */
  update(id: string, change: TemplateChange, expectedVersion?: number): Promise<Template>;
  /**
   * A new template with the content of another: how an agent is cloned.
   *
   * @param change what differs from the beginning
   * @param version the newest without one
   * @throws FleetglassError `NOT_FOUND`
   */
  fork(id: string, change?: TemplateChange, version?: number): Promise<Template>;
  /** All versions of it. @returns whether there was such a template */
  delete(id: string): Promise<boolean>;
}

/** A stored template with the versions that are kept, oldest first; never empty. */
export type TemplateVersions = readonly Template[];

/** Where a library keeps its templates. */
export interface TemplateShelf {
  /** In the order in which they were first written. */
  readAll(): Promise<readonly TemplateVersions[]>;
  read(id: string): Promise<TemplateVersions | undefined>;
  /**
   * Calls `decide` with the present versions of `id` and writes what it returns, all at once, without anyone else's write
   * in between; an empty list deletes. `decide` may be called again when somebody else was faster.
   */
  change(id: string, decide: (versions: TemplateVersions | undefined) => TemplateVersions): Promise<void>;
  /** Adds templates that do not exist yet, all at once. */
  add(templates: readonly Template[]): Promise<void>;
}

/** Time, randomness and bounds of a library of templates. */
export interface TemplateLibraryOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  /** Versions of a template that are kept; the oldest are forgotten. @default 100 */
  readonly maxVersions?: number;
}

const notFound = (id: string): FleetglassError =>
  new FleetglassError('NOT_FOUND', `There is no template '${id.slice(0, 100)}', or not in that version.`);

/** Only what a change may hold: it must not bring an id or a version along. */
function changed(template: Template, change: TemplateChange): TemplateDraft {
  return parseTemplateDraft({ ...draftOf(template), ...change, kind: template.kind });
}

/** The rules of a library over whatever keeps its templates. */
export function createTemplateLibrary(
  shelf: TemplateShelf,
  options: TemplateLibraryOptions = {},
): TemplateLibrary {
  const { clock = systemClock, random = systemRandom, maxVersions = 100 } = options;

  const pickVersion = (versions: TemplateVersions | undefined, version: number | undefined) =>
    version === undefined ? versions?.at(-1) : versions?.find((other) => other.version === version);

  const make = (
    draft: TemplateDraft,
    about: { readonly id: string; readonly version: number; readonly forkOf: Template['forkOf'] },
  ): Template => {
    const { id, version, forkOf } = about;
    const template: Template = {
      ...structuredClone(draft),
      id,
      version,
      createdAt: clock.now(),
      ...(forkOf === undefined ? {} : { forkOf }),
    };
    // A shelf may keep and hand out this very object.
    deepFreeze(template);
    return template;
  };
  const first = (draft: TemplateDraft, forkOf?: Template['forkOf']): Template =>
    make(draft, { id: createId('template', clock, random), version: 1, forkOf });

  const createAll: TemplateLibrary['createAll'] = async (drafts) => {
    const templates = drafts.map((draft) => first(parseTemplateDraft(draft)));
    await shelf.add(templates);
    return templates;
  };

  return {
    createAll,
    async create(draft) {
      const template = first(parseTemplateDraft(draft));
      await shelf.add([template]);
      return template;
    },
    get: async (id, version) => pickVersion(await shelf.read(id), version),
    async list({ kind, category, text } = {}) {
      const needle = text?.toLowerCase() ?? '';
      const newest = (await shelf.readAll()).flatMap((versions) => versions.at(-1) ?? []);
      return newest.filter(
        (template) =>
          (kind === undefined || template.kind === kind) &&
          (category === undefined || template.category === category) &&
          `${template.name}\n${template.description ?? ''}`.toLowerCase().includes(needle),
      );
    },
    versions: async (id) => [...((await shelf.read(id)) ?? [])],
    async update(id, change, expectedVersion) {
      let made: Template | undefined;
      await shelf.change(id, (versions) => {
        const newest = versions?.at(-1);
        if (!versions || !newest) throw notFound(id);
        if (expectedVersion !== undefined && expectedVersion !== newest.version) {
          throw new FleetglassError(
            'VERSION_CONFLICT',
            `Template '${id.slice(0, 100)}' has version ${newest.version}; read it and make the change anew.`,
            { details: { version: newest.version } },
          );
        }
        const { id: same, version, forkOf } = newest;
        made = make(changed(newest, change), { id: same, version: version + 1, forkOf });
        return [...versions, made].slice(-maxVersions);
      });
      if (!made) throw notFound(id);
      return made;
    },
    async fork(id, change = {}, version) {
      const origin = pickVersion(await shelf.read(id), version);
      if (!origin) throw notFound(id);
      const template = first(changed(origin, change), { id: origin.id, version: origin.version });
      await shelf.add([template]);
      return template;
    },
    async delete(id) {
      let existed = false;
      await shelf.change(id, (versions) => {
        existed = versions !== undefined;
        return [];
      });
      return existed;
    },
  };
}

/** Names of the categories of these templates with how many there are, in alphabetical order. */
export function countCategories(
  templates: readonly Template[],
): readonly { readonly category: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { category } of templates) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts]
    .map(([category, count]) => ({ category, count }))
    .sort((a, b) => (a.category < b.category ? -1 : 1));
}
