/** The shape of each state: a disc runs, a triangle waits, a cross fails, a hatched square ends, a lozenge is unknown. Never colour alone. */
import type { State } from '../../lab/protocol.ts';
import { s } from '../dom.ts';

const PATHS: Readonly<Record<State, string>> = {
  running: 'M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  waiting: 'M5 1 9.300 9H.7z',
  failing: 'M1.800 1.800 8.200 8.200M8.200 1.800 1.800 8.200',
  ending: 'M1.500 1.500h7v7h-7zM1.500 5.500l4-4M4.500 8.500l4-4M1.500 8.500l7-7',
  unknown: 'M5 .6 9.400 5 5 9.400.6 5z',
};

/** The sign of a state; hidden from screen readers, as a word always stands beside it. */
export const shape = (state: State): SVGSVGElement =>
  s('svg', { viewBox: '0 0 10 10', class: `shape ${state}`, 'aria-hidden': 'true' }, s('path', { d: PATHS[state] }));
