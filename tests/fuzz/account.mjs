/** The outcome of a campaign's cases, as the suite counts and reports it. */

/** A campaign that got to less than one in so many of its cases proves too little. */
const ENOUGH = 10;

/**
 * @param {object} campaign
 * @param {string} campaign.kind its name
 * @param {number} campaign.planned how many cases it was to try; `Infinity` where only the time ends it
 * @param {{ ok: number, error: number, none: number, failed: number }} campaign.counts cases by
 *   outcome: good, refused with an error, not made, failed
 * @param {string} campaign.end why it ended
 * @returns {{ passed: number, failed: number, skipped: number, lines: string[] }} `lines` say all of it
 */
export function account({ kind, planned, counts, end }) {
  const { ok, error, none, failed } = counts;
  const tried = ok + error + none + failed;
  const plan = planned === Infinity ? '' : ` of ${planned}`;
  const lines = [
    `${kind}: ${tried}${plan} cases: ${ok} good, ${error} refused with an error, ${none} not made, ${failed} failed`,
  ];
  const skipped = planned === Infinity ? 0 : planned - tried;
  // The form that `npm test` takes reasons from.
  if (skipped > 0) lines.push(`known: ${skipped} × ${kind}: not reached, ${end}`);
  // Cases that could not be made prove nothing.
  const tooFew = tried === none || tried * ENOUGH < (planned === Infinity ? 0 : planned);
  // Earlier failures tell enough.
  const isCut = tooFew && failed === 0;
  if (isCut) lines.push(`failed ${kind}: ${tried}${plan} cases are too few, ${end}`);
  return { passed: ok + error, failed: failed + Number(isCut), skipped, lines };
}
