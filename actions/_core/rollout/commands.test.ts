import { expect, test } from 'vitest';
import { parseCommands } from './commands.ts';

const only = (body: string) => parseCommands(body)[0];
const command = (body: string) => only(body)?.command;

test('every command of design.md section 3 is read', () => {
  expect(command('/verify')).toEqual({ kind: 'verify' });
  expect(command('/waiting #12')).toEqual({ kind: 'waiting', ticket: 12 });
  expect(command('/resume')).toEqual({ kind: 'resume' });
  expect(command('/no-emergency it was none')).toEqual({ kind: 'no-emergency', reason: 'it was none' });
  expect(only('/no-emergency')).toEqual({ text: '/no-emergency', fault: 'Write it so: `/no-emergency <reason>`.' });
  expect(command('/ea-teams CESGA, ea-lip')).toEqual({ kind: 'ea-teams', teams: ['cesga', 'lip'] });
  expect(command('/ea-teams @umd/ea-cesga')).toEqual({ kind: 'ea-teams', teams: ['cesga'] });
  expect(command('/report accept')).toEqual({
    kind: 'report',
    outcome: 'accept',
    text: '',
    names: {},
    tried: { packages: [] },
  });
  expect(command('/hold waiting for the new CA')).toEqual({ kind: 'hold', reason: 'waiting for the new CA' });
  expect(command('/unhold')).toEqual({ kind: 'unhold' });
  expect(command('/reject no licence')).toEqual({ kind: 'reject', reason: 'no licence' });
  expect(command('/release-type minor')).toEqual({ kind: 'release-type', type: 'minor' });
  expect(command('/emergency')).toEqual({ kind: 'emergency', reports: 1, reason: '' });
  expect(command('/emergency reports=0 CVE-2026-1 is exploited')).toEqual({
    ...{ kind: 'emergency', reports: 0, reason: 'CVE-2026-1 is exploited' },
  });
  expect(command('/confirm')).toEqual({ kind: 'confirm' });
  expect(command('/rerun QC_SEC_5')).toEqual({ kind: 'rerun', criterion: 'QC_SEC_5' });
  expect(command('/why')).toEqual({ kind: 'why' });
  expect(command('/help')).toEqual({ kind: 'help' });
});

test('a report takes its following lines and says what it was tried on', () => {
  expect(parseCommands('/report reject\nlock: 0123abcd snapshot:89ABcdef01\nservice dies\n/why')).toEqual([
    {
      text: '/report reject',
      command: {
        kind: 'report',
        outcome: 'reject',
        text: 'service dies',
        names: { lock: '0123abcd', snapshot: '89abcdef01' },
        tried: { packages: [] },
      },
    },
    { text: '/why', command: { kind: 'why' } },
  ]);
});

test('a typo is answered with the nearest command, nonsense with /help', () => {
  expect(only('/verfy')?.fault).toContain('`/verify`');
  expect(only('/Verify')?.fault).toContain('`/verify`');
  expect(only('/ea-team A')?.fault).toContain('`/ea-teams <team>,<team>`');
  expect(only('/abracadabra')?.fault).toContain('/help');
  expect(only('/constructor')?.fault).toContain('There is no such command');
});

test('strict: what does not fit is a fault with the usage, never a guess', () => {
  const wrong = [
    '/verify now',
    '/waiting 12',
    '/waiting #0',
    '/waiting #12 please',
    '/ea-teams ../x',
    '/report maybe',
    '/report reject',
    '/hold',
    '/reject',
    '/release-type small',
    '/rerun a b',
    '/why not',
  ];
  for (const line of wrong)
    expect([line, only(line)?.command, only(line)?.fault]).toEqual([
      line,
      undefined,
      expect.stringContaining('Write it so'),
    ]);
});

test('quotations, fenced blocks, paths and words inside a line are no commands', () => {
  for (const body of ['> /verify', '```\n/verify\n```', '/etc/passwd is readable', 'please /verify', ' /verify'])
    expect(parseCommands(body)).toEqual([]);
});

test('the text shown back cannot break out of its code span', () => {
  expect(only('/hold `a`\u0007 b')?.text).toBe("/hold 'a' b");
});
