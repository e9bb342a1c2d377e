/** Foreign text inside a cell of a Markdown table: it may neither break the table nor become mark-up. */
export function cell(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\|`*_[\]@#]/g, '\\$&');
}
