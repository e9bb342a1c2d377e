import type { BuiltIn } from '#scripts/runner/features.ts';
import type { Job } from '#scripts/runner/step/job.ts';
import { createAppToken } from './app-token.ts';
import { downloadArtifact } from './artifact-download.ts';
import { uploadArtifact } from './artifact-upload.ts';
import { checkout } from './checkout.ts';

/** What a built-in action is given. It fails by throwing an Error with the sentence for the log. */
export type BuiltInCall = {
  job: Job;
  /** An input by its lower-case name; empty when not given. */
  input: (name: string) => string;
  output: (name: string, value: string) => void;
  signal: AbortSignal;
  /** Something to do when the job's steps are over, last registered first. */
  post: (run: (signal: AbortSignal) => Promise<void>) => void;
};

export const builtIns: { readonly [name in BuiltIn]: (call: BuiltInCall) => Promise<void> } = {
  'actions/checkout': checkout,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
  'actions/create-github-app-token': createAppToken,
  'actions/setup-node': async ({ job, input, output }) => {
    const wanted = input('node-version') || input('node-version-file') || 'any';
    job.voice.line(
      `setup-node does nothing here: node ${process.version} of this machine is used (asked for: ${wanted})`,
    );
    output('node-version', process.version);
  },
};
