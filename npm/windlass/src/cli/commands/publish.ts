import { invalidOption } from '../../error.js';
import { push } from '../../registry/artifact.js';
import { formatReference } from '../../registry/reference.js';
import { resolveReference } from '../../registry/packages.js';
import { readWasm, withName } from '../component.js';
import { say, sayJson } from '../print.js';
import { withProgress } from '../progress.js';

/** Options of `windlass publish`, as the command line has them. */
export interface PublishFlags {
  force?: boolean;
  plainHttp?: boolean;
  json?: boolean;
}

/** `windlass publish`: pushes a component to a registry. */
export async function publishCommand(
  path: string,
  text: string,
  flags: PublishFlags,
): Promise<void> {
  const { force = false, plainHttp = false } = flags;
  const { bytes } = await readWasm(path);
  const reference = await resolveReference(text, process.cwd(), { plainHttp, exact: true });
  if (reference.digest !== undefined) {
    throw invalidOption(
      `\`${text}\` names a digest, which is what publishing gives`,
      'name a tag, as in `ghcr.io/acme/thing:1.2.0`',
    );
  }
  // The same component published from the same sources is the same, where a build says when.
  const epoch = Number(process.env['SOURCE_DATE_EPOCH'] || Number.NaN);
  const created =
    Number.isInteger(epoch) && epoch >= 0 && epoch <= 8.64e12 ? { created: epoch } : {};
  const { manifest, layer, known } = await withProgress(`publishing ${path}`, () =>
    withName(path, () => push(bytes, reference, { force, plainHttp, ...created })),
  );
  const name = formatReference(reference);
  if (flags.json) {
    sayJson({ reference: name, manifest, layer, size: bytes.length, known });
    return;
  }
  say(`${name}@${manifest}${known ? ' was there already' : ''}`);
}
