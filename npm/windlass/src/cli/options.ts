/** Options of the schema on the command line. */
import { Option } from 'commander';
import { type Door, type Rule, rulesAt } from '../schema.js';

const BUDGET = 'budget.';

/** Gathers what an option says that may be said again. */
export const collect = (value: string, values: string[] = []) => [...values, value];

/** The options of a command, for Commander. */
export function schemaOptions(door: Door): Option[] {
  const rules = rulesAt(door);
  const options = rules.flatMap(([, rule]) => optionOf(rule) ?? []);
  const budgets = rules.flatMap(([key]) =>
    key.startsWith(BUDGET) ? key.slice(BUDGET.length) : [],
  );
  if (budgets.length > 0) {
    const help = `a bound: ${budgets.join(', ')}`;
    options.push(new Option('--budget <bound=size>', help).argParser(collect));
  }
  return options;
}

function optionOf({ kind, flag, choices }: Rule): Option | undefined {
  if (flag === undefined) return undefined;
  const option = new Option(...flag);
  if (kind === 'list' || kind === 'pairs') option.argParser(collect);
  if (choices !== undefined) {
    // Completions tell them; what is none of them is refused with what was meant.
    option.choices(choices).argParser((value: string) => value);
  }
  return option;
}
