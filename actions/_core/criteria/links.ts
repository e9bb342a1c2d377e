import { type Documentation, pagesText } from './documentation.ts';
import { type Finding, listed } from './finding.ts';

/** A finding about what is installed, with what became of the documentation that is only linked to. */
export function withLinks(own: Finding, documentation: Documentation | undefined): Finding {
  const pages = documentation?.pages.filter(({ kind }) => kind === 'documentation') ?? [];
  if (pages.length === 0) return own;
  const having = (state: string) => pages.filter((page) => page.state === state);
  const evidence = [own.evidence, pagesText(pages)].filter((part) => part !== '').join('\n');
  const said = [
    ...words('Not to be reached', having('gone')),
    ...words('Could not be asked from here', having('unknown')),
    ...(having('reached').length === 0 ? [] : [`Linked: ${listed(having('reached').map(({ url }) => url))}.`]),
  ];
  const graver = having('gone').length > 0 && (own.result === 'OK' || own.result === 'NA') ? 'WARNING' : own.result;
  return { result: graver, comment: [own.comment, ...said].join(' '), evidence };
}

function words(begin: string, pages: readonly { readonly url: string; readonly said: string }[]): string[] {
  return pages.length === 0 ? [] : [`${begin}: ${listed(pages.map(({ url, said }) => `${url} ${said}`))}.`];
}
