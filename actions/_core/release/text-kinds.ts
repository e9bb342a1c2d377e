import type { FaultCode } from '#core/fault-codes.ts';

/** What the text of an element has to be. */
export type TextKind =
  | 'text'
  | 'email'
  | 'url'
  | 'date'
  | 'boolean'
  | 'number'
  | 'notes'
  | 'protocol'
  | 'synchUrl'
  | 'type'
  | 'slug';

/** What is wrong with a value, or undefined. */
type Check = (text: string) => { code: FaultCode; sentence: string } | undefined;

export const CHECKS: Readonly<Record<TextKind, Check>> = {
  text: () => undefined,
  email: (text) => unless(isEmail(text), 'RELEASE_EMAIL_INVALID', `"${text}" is no e-mail address`),
  url: (text) =>
    unless(isUrl(text, ['http:', 'https:']), 'RELEASE_URL_INVALID', `"${text}" is no http or https address`),
  date: dateFault,
  boolean: (text) =>
    unless(/^(true|false)$/.test(text), 'RELEASE_BOOLEAN_INVALID', `"${text}" is neither true nor false`),
  number: (text) => unless(/^(0|[1-9]\d{0,3})$/.test(text), 'RELEASE_NUMBER_INVALID', `"${text}" is no version number`),
  notes: notesFault,
  protocol: (text) => choiceFault(text, ['yum', 'deb', 'rsync', 'http', 'ftp']),
  synchUrl: (text) =>
    unless(
      text === 'n/a' || isUrl(text, ['http:', 'https:', 'rsync:', 'ftp:']),
      'RELEASE_URL_INVALID',
      `"${text}" is neither an address nor n/a`,
    ),
  type: (text) => choiceFault(text, ['major', 'minor', 'revision']),
  slug: (text) =>
    unless(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text), 'RELEASE_NAME_INVALID', `"${text}" is no plain name`),
};

function unless(fine: boolean, code: FaultCode, sentence: string): ReturnType<Check> {
  return fine ? undefined : { code, sentence };
}

function choiceFault(text: string, choices: readonly string[]): ReturnType<Check> {
  return unless(choices.includes(text), 'RELEASE_CHOICE_INVALID', `"${text}" is none of ${choices.join(', ')}`);
}

/** One address, the pragmatic way: what a mail server would at least try. */
export function isEmail(text: string): boolean {
  return /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/.test(text);
}

/** Absolute, one of the schemes, a host, no user or password, no blank. */
export function isUrl(text: string, schemes: readonly string[]): boolean {
  if (text.length > 2048 || /[\s"<>\\^`{|}]/.test(text) || !/^[a-z]+:\/\/[^/]/.test(text) || !URL.canParse(text))
    return false;
  const { protocol, hostname, username, password } = new URL(text);
  return schemes.includes(protocol) && hostname !== '' && username === '' && password === '';
}

/** Text or one URL: what begins as an address must be a whole one (domain.md section 2). */
function notesFault(text: string): ReturnType<Check> {
  const looksLikeUrl = /^[a-z]+:\/\/\S*$/.test(text);
  return unless(
    !looksLikeUrl || isUrl(text, ['http:', 'https:']),
    'RELEASE_URL_INVALID',
    `"${text}" is no whole address`,
  );
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Real data holds `20192305`: the day where the month should be (domain.md section 2). */
function dateFault(text: string): ReturnType<Check> {
  const code = 'RELEASE_DATE_IMPOSSIBLE';
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (year === '') return { code, sentence: `"${text}" is no date YYYYMMDD` };
  const why = impossible(Number(year), Number(month), Number(day));
  if (why === undefined) return undefined;
  const swapped = impossible(Number(year), Number(day), Number(month)) === undefined;
  return { code, sentence: `${text} is no day: ${why}${swapped ? ` (${year}${day}${month} would be one)` : ''}` };
}

function impossible(year: number, month: number, day: number): string | undefined {
  if (year < 1990 || year > 2199) return `the year ${year} is out of range`;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : MONTH_DAYS[month - 1];
  if (days === undefined) return `there is no month ${month}`;
  return day >= 1 && day <= days ? undefined : `month ${month} of ${year} has no day ${day}`;
}
