import { decorate, numbers } from 'guest:js/host';

class Notebook {
  #name;
  #next = 1;
  #notes = new Map();

  constructor(name) {
    this.#name = name;
  }

  add(title, tags, stars) {
    const id = this.#next++;
    this.#notes.set(id, { id, title, tags, stars });
    return id;
  }

  remove(id) {
    const note = this.#notes.get(id);
    if (!note) throw `${this.#name} has no note ${id}`;
    this.#notes.delete(id);
    return note;
  }

  find(query, order) {
    const found = [...this.#notes.values()].filter((note) => {
      if (query.tag === 'tagged') return note.tags.includes(query.val);
      if (query.tag === 'matching') return new RegExp(query.val, 'iu').test(note.title);
      return true;
    });
    if (order === 'by-title') return found.sort((a, b) => a.title.localeCompare(b.title));
    return found.reverse();
  }

  dump() {
    return JSON.stringify({ name: this.#name, notes: [...this.#notes.values()] });
  }
}

export const notes = { Notebook };

export function slug(text) {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

export function decorated(text) {
  try {
    return `<${decorate(text)}>`;
  } catch (error) {
    throw `refused: ${error.payload}`;
  }
}

export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

export function sumHost() {
  return numbers().reduce((total, value) => total + value, 0n);
}

export function reverseBytes(bytes) {
  return bytes.toReversed();
}

export function swap([text, number]) {
  return [number, text];
}

export function fibonacci(n) {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) [a, b] = [b, BigInt.asUintN(64, a + b)];
  return a;
}

export function codePoints(text) {
  return Array.from(text, (character) => character.codePointAt(0));
}
