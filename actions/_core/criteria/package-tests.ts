/** A package's own tests (autopkgtest, DEP 8): what they said, and what it means. */

/** One test, as autopkgtest(1) names its result; `detail` is the reason it gives. */
export interface PackageTest {
  readonly name: string;
  readonly result: 'PASS' | 'FAIL' | 'SKIP' | 'FLAKY';
  readonly detail: string;
}

export interface PackageTests {
  /** Why there was nothing to run, or nothing to run it with; then `tests` is empty. */
  readonly none?: string;
  readonly tests: readonly PackageTest[];
  /** Everything that was said. */
  readonly output: string;
  /** They were ended by their limit. */
  readonly late: boolean;
}

export interface TestsVerdict {
  readonly result: 'OK' | 'FAIL' | 'Not tested';
  /** Without a full stop, to stand in another sentence. */
  readonly said: string;
  readonly evidence: string;
}

const LINE = /^(?<name>\S+) +(?<result>PASS|FAIL|SKIP|FLAKY)(?: +(?<detail>.*))?$/;

/** The file that `autopkgtest --summary-file` writes; lines that name no test explain the one above. */
export function parseTestSummary(text: string, source: string): PackageTest[] {
  const tests = text.split('\n').flatMap((line): PackageTest[] => {
    const { name = '', result, detail = '' } = LINE.exec(line.trimEnd())?.groups ?? {};
    if (result === undefined || name === '*') return [];
    return [{ name: `${source} ${name}`, result: result as PackageTest['result'], detail }];
  });
  // A test that is left out for more than one reason is told more than once.
  return [...new Map(tests.map((test) => [test.name, test])).values()];
}

/** A test whose own dependencies cannot be had tells nothing of the product (autopkgtest(1), "badpkg"). */
const UNRUN = /^badpkg\b|^testbed\b/i;

export function testsVerdict(found: PackageTests | undefined): TestsVerdict {
  if (found === undefined)
    return { result: 'Not tested', said: 'no tests of its package were looked for', evidence: '' };
  const { none, tests, output, late } = found;
  const lines = tests.map(({ name, result, detail }) => `${name} ${result}${detail === '' ? '' : ` ${detail}`}`);
  const evidence = [...lines, output].filter((part) => part !== '').join('\n');
  if (none !== undefined) return { result: 'Not tested', said: none, evidence };
  const named = (some: readonly PackageTest[]) =>
    some.map(({ name, detail }) => (detail === '' ? name : `${name} (${detail})`)).join(', ');
  const failed = tests.filter(({ result, detail }) => result === 'FAIL' && !UNRUN.test(detail));
  if (failed.length > 0) return { result: 'FAIL', said: `tests of its package fail: ${named(failed)}`, evidence };
  if (late) return { result: 'FAIL', said: 'the tests of its package do not end in time', evidence };
  const passed = tests.filter(({ result }) => result === 'PASS');
  const others = tests.filter(({ result }) => result !== 'PASS');
  const besides = others.length === 0 ? '' : `; not run or not counted: ${named(others)}`;
  if (passed.length === 0)
    return { result: 'Not tested', said: `none of the tests of its package could run here${besides}`, evidence };
  const count = `${passed.length} test${passed.length === 1 ? '' : 's'} of its package`;
  return { result: 'OK', said: `${count} pass${passed.length === 1 ? 'es' : ''}${besides}`, evidence };
}
