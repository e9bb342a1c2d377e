import type { Where } from '#core/faults.ts';
import type { Element } from './xml.ts';

/**
 * Where the parts of a release stand in its file: for checks that come later and still want to name the line. Keys are the
 * very objects of the `Release`; `field` is an element's name (`UMDmeta:targetPlatform`, `UMDmeta:capability[2]`).
 */
export type PlaceOf = (part: object, field?: string) => Where;

export interface Places {
  readonly note: (part: object, element: Element) => void;
  readonly placeOf: PlaceOf;
}

export function places(file: string): Places {
  const elements = new Map<object, Element>();
  const placeOf: PlaceOf = (part, field) => {
    const element = elements.get(part);
    if (element === undefined) return { file };
    if (field === undefined) return element.where;
    const [, name = field, index = '1'] = /^(.*?)(?:\[(\d+)\])?$/.exec(field) ?? [];
    const named = element.children.filter((child) => child.name === name)[Number(index) - 1];
    return named?.where ?? element.attributes.get(field)?.where ?? element.where;
  };
  return { note: (part, element) => void elements.set(part, element), placeOf };
}
