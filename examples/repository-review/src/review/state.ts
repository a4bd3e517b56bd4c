import type { Cost, Usage } from '@fleetglass/core/protocol';
import * as z from 'zod';
import type { CheckName, CheckResult } from '../checks/finding.js';
import type { CommitSummary } from '../tree/git-history.js';
import type { TreeEntry } from '../tree/tree-entry.js';

/** The folder as a whole. */
export type Overview = {
  /** Reviewable files. */
  readonly files: number;
  readonly leftOut: number;
  readonly from: 'git' | 'walk';
  readonly kinds: { readonly [kind: string]: number };
  /** Newest first. */
  readonly commits: readonly CommitSummary[];
};

/** What became of one file. */
export type FileReview = {
  readonly path: string;
  readonly lines: number;
  /** Results of the checks that apply to the file, by check. */
  readonly checks: { readonly [check in CheckName]?: CheckResult };
  /** What the model wrote; empty when the file could not be read. */
  readonly prose: string;
  /** Why the file could not be read. */
  readonly unread?: string;
};

/** A model call that was paid, for the report's table. */
export type PaidCall = {
  readonly agent: string;
  readonly model: string;
  readonly usage: Usage;
  readonly cost: Cost;
};

/** What may become of the findings. */
export const PUBLICATIONS = ['publish', 'publish without notes', 'discard'] as const;

export type Publication = (typeof PUBLICATIONS)[number];

/** Input of a run. */
export const ReviewInput = z.object({
  dir: z.string().min(1),
  maxFiles: z.number().int().min(1).max(1000),
});

export type ReviewInput = z.infer<typeof ReviewInput>;

export const ReviewState = ReviewInput.extend({
  overview: z.custom<Overview>().optional(),
  /** Files to choose from. */
  candidates: z.custom<readonly TreeEntry[]>().default([]),
  /** Files to review, project by project, most interesting first. */
  plan: z.custom<readonly TreeEntry[]>().default([]),
  reviews: z.custom<readonly FileReview[]>().default([]),
  calls: z.custom<readonly PaidCall[]>().default([]),
  /** What the models wrote about the whole. */
  overviewProse: z.string().default(''),
  planProse: z.string().default(''),
  summaryProse: z.string().default(''),
  /** What a person decided. */
  publish: z.enum(PUBLICATIONS).default('publish'),
  /** Path of the report, relative to the data folder. */
  report: z.string().default(''),
});

export type ReviewState = z.infer<typeof ReviewState>;

/** What a reviewer's task gets besides the state. */
export interface Assignment {
  readonly file: TreeEntry;
}
