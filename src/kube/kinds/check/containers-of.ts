/**
 * All containers of a Pod, of whichever sort (VisitContainersWithPath of pkg/apis/core/pods).
 */
import type { Container, PodSpec } from '../types.ts';

/** Every container with its path. */
export const containersOf = ({ initContainers, containers, ephemeralContainers }: PodSpec, path: string): readonly (readonly [Container, string])[] =>
  Object.entries({ initContainers, containers, ephemeralContainers }).flatMap(([list, of]) => (of ?? []).map((c, i) => [c as Container, `${path}.${list}[${i}]`] as const));
