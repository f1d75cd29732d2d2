import { trap } from '../trap.js';
import { checkIdle, getEnd } from './copy-end.js';

/**
 * `canon {stream,future}.forward`: both ends go, and what is written to the
 * stream of the one is read from the stream of the other.
 */
export function forwardEnds(instance, type, sourceIndex, targetIndex) {
  const source = takeEnd(instance, type, true, sourceIndex);
  const target = takeEnd(instance, type, false, targetIndex);
  if (source.last() !== target.last()) target.last().forward(source.last());
}

function takeEnd(instance, type, isReadable, index) {
  const end = getEnd(instance, type, isReadable, index);
  const { kind } = end.shared;
  checkIdle(end, 'forward');
  if (end.wset !== undefined) trap(`cannot forward ${kind} while it's in a waitable set`);
  instance.handles.remove(index);
  return end.shared;
}
