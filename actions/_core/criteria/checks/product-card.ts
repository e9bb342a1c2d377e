import type { Check } from '../finding.ts';
import { reading } from '../reads.ts';

/** Characters under which a description explains nothing. */
const SHORT = 40;

/** GENERIC_DOC_1: the product card says what the product is, and for whom. */
export const productCard: Check = {
  reads: reading(['product']),
  from: [],
  judge: ({ product: { description, purpose } }) => {
    const evidence = `${description}\n${purpose}`;
    const lacks = [
      ...(description.length < SHORT ? ['its description explains nothing'] : []),
      ...(purpose === '' ? ['it names no purpose'] : []),
    ];
    if (lacks.length > 0)
      return { result: 'WARNING', comment: `On the product card ${lacks.join(' and ')}.`, evidence };
    return { result: 'OK', comment: 'Description and purpose stand on the product card.', evidence };
  },
};
