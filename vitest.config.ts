import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Stories wait more than they work: begun first, they have everything else beside them. */
class StoriesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isStory = ({ moduleId }: TestSpecification) => moduleId.includes('/scripts/story/');
    return [...sorted.filter(isStory), ...sorted.filter((file) => !isStory(file))];
  }
}

/** One run for everything; the slow rooms (real systems, the journey) bring their own time limits. */
export default defineConfig({
  test: {
    include: ['actions/**/*.test.ts', 'scripts/**/*.test.ts', '.github/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'actions/_dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    sequence: { sequencer: StoriesFirst },
    pool: 'forks',
    maxWorkers: 2,
  },
});
