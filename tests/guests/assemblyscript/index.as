// The canonical ABI by hand, with strings as AssemblyScript has them: UTF-16.

@external('$root', 'joined')
declare function importJoined(a: usize, aLength: u32, b: usize, bLength: u32, result: usize): void;

@external('$root', 'note')
declare function importNote(list: usize, length: u32): void;

/** Where results lie that have more than one flat value, until `cabi_post_…`. */
const area: usize = memory.data(16, 8);

export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  if (size === 0) return align;
  if (oldSize > 0) return heap.realloc(old, size);
  return heap.alloc(size);
}

/** Takes over the text that a caller has put into memory. */
function lift(pointer: usize, length: u32): string {
  const text = String.UTF16.decodeUnsafe(pointer, length << 1);
  if (length > 0) heap.free(pointer);
  return text;
}

/** Copies a text to a block of its own. */
function lower(text: string): usize {
  const size = text.length << 1;
  if (size === 0) return 2;
  const pointer = heap.alloc(size);
  String.UTF16.encodeUnsafe(changetype<usize>(text), text.length, pointer);
  return pointer;
}

function result(text: string): usize {
  store<usize>(area, lower(text));
  store<u32>(area, text.length, 4);
  return area;
}

function free(pointer: usize, length: u32): void {
  if (length > 0) heap.free(pointer);
}

/** After a string was taken: its block goes, and what the call has left behind. */
function freeResult(at: usize): void {
  free(load<usize>(at), load<u32>(at, 4));
  __collect();
}

export function reverse(pointer: usize, length: u32): usize {
  // In place: the caller's own block goes back.
  for (let i: u32 = 0, j = length; i + 1 < j; i++) {
    j--;
    const unit = load<u16>(pointer + (i << 1));
    store<u16>(pointer + (i << 1), load<u16>(pointer + (j << 1)));
    store<u16>(pointer + (j << 1), unit);
  }
  // A pair of surrogates keeps its order.
  for (let i: u32 = 0; i + 1 < length; i++) {
    const low = load<u16>(pointer + (i << 1));
    if (low >= 0xdc00 && low < 0xe000) {
      store<u16>(pointer + (i << 1), load<u16>(pointer + (i << 1), 2));
      store<u16>(pointer + (i << 1), low, 2);
      i++;
    }
  }
  store<usize>(area, pointer);
  store<u32>(area, length, 4);
  return area;
}

export function cabi_post_reverse(at: usize): void {
  freeResult(at);
}

export function count(pointer: usize, length: u32): usize {
  const text = lift(pointer, length);
  let characters: u32 = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit >= 0xe000) characters++;
  }
  store<u32>(area, text.length);
  store<u32>(area, characters, 4);
  return area;
}

export function words(pointer: usize, length: u32): usize {
  const all = lift(pointer, length).split(' ');
  const list = lowerList(all);
  importNote(list, all.length);
  store<usize>(area, list);
  store<u32>(area, all.length, 4);
  return area;
}

function lowerList(texts: string[]): usize {
  const list = heap.alloc(texts.length << 3);
  for (let i = 0; i < texts.length; i++) {
    store<usize>(list + (i << 3), lower(texts[i]));
    store<u32>(list + (i << 3), texts[i].length, 4);
  }
  return list;
}

export function cabi_post_words(at: usize): void {
  const list = load<usize>(at);
  const length = load<u32>(at, 4);
  for (let i: u32 = 0; i < length; i++) free(load<usize>(list + (i << 3)), load<u32>(list + (i << 3), 4));
  free(list, length);
  __collect();
}

export function pair(a: usize, aLength: u32, b: usize, bLength: u32): usize {
  const first = '«' + lift(a, aLength) + '»';
  const second = '«' + lift(b, bLength) + '»';
  const firstBlock = lower(first);
  const secondBlock = lower(second);
  importJoined(firstBlock, first.length, secondBlock, second.length, area);
  heap.free(firstBlock);
  heap.free(secondBlock);
  return result(lift(load<usize>(area), load<u32>(area, 4)) + '!');
}

export function cabi_post_pair(at: usize): void {
  freeResult(at);
}

export function find(a: usize, aLength: u32, b: usize, bLength: u32): usize {
  const text = lift(a, aLength);
  const at = text.indexOf(lift(b, bLength));
  store<u8>(area, at >= 0 ? 1 : 0);
  store<u32>(area, at, 4);
  return area;
}

export function broken(): usize {
  return result('whole \ud83d');
}

export function echo(pointer: usize, length: u32): usize {
  // The caller's own block goes back, without a copy.
  store<usize>(area, pointer);
  store<u32>(area, length, 4);
  return area;
}

export function cabi_post_echo(at: usize): void {
  freeResult(at);
}

export function used(): u32 {
  __collect();
  return memory.size() << 16;
}
