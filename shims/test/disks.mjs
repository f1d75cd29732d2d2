// File systems of each kind, and folders for those on a disk.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { memoryDirectory } from '@windlass/wasi';

import { openDirectory } from '../dist/host/node.js';

/** The folder of all of them. */
export const scratch = fs.mkdtempSync(join(tmpdir(), 'windlass-wasi-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** A new folder that is gone after the tests. */
export const newFolder = () => fs.mkdtempSync(join(scratch, 'folder-'));

/** The ways to a directory on a disk that this system has. */
export const ways = ['path', 'addon', ...(process.platform === 'linux' ? ['descriptor'] : [])];

/** Makes a root directory of each kind, by name. */
export const fileSystems = {
  memory: () => memoryDirectory(),
  ...Object.fromEntries(
    ways.map((way) => [`disk, by ${way}`, () => openDirectory(newFolder(), way)]),
  ),
};
