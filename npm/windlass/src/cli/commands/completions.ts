import type { Command, Option } from 'commander';
import { oneOf } from '../../options.js';
import { sayJson, sayText } from '../print.js';

/** The facts about a command that a shell needs. */
interface Entry {
  name: string;
  description: string;
  options: {
    flags: string[];
    description: string;
    choices: readonly string[];
    takesValue: boolean;
    /** Whether the value is a folder. */
    takesFolder: boolean;
  }[];
  choices: readonly string[];
}

const shells = { bash, zsh, fish };

/** The shells that `windlass completions` writes for. */
export const shellNames = Object.keys(shells) as (keyof typeof shells)[];

/** `windlass completions`: writes a script for a shell. */
export function completionsCommand(program: Command, shell: string, json: boolean): void {
  const write = shells[oneOf(shellNames, shell, 'there are no completions for')];
  const entries = program.commands.map(entry);
  if (json) sayJson({ shell, script: write(entries), commands: entries });
  else sayText(write(entries));
}

function entry(command: Command): Entry {
  return {
    name: command.name(),
    description: command.summary() || command.description(),
    options: command.createHelp().visibleOptions(command).map(optionEntry),
    choices:
      command.registeredArguments[0]?.argChoices ??
      (command.name() === 'completions' ? shellNames : []),
  };
}

function optionEntry(option: Option): Entry['options'][number] {
  const { short, long, description, argChoices, required, optional } = option;
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    choices: argChoices ?? [],
    takesValue: required || optional,
    takesFolder: /<(?:folder|host)/.test(option.flags),
  };
}

function bash(entries: Entry[]): string {
  const flagsOf = ({ options }: Entry) => options.flatMap(({ flags }) => flags).join(' ');
  const values = entries.flatMap(({ options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flags, choices }) => [flags.join('|'), choices.join(' ')] as const),
  );
  const folders = entries.flatMap(({ name, options }) =>
    options
      .filter(({ takesFolder }) => takesFolder)
      .flatMap(({ flags }) => flags.map((flag) => `'${name} ${flag}'`)),
  );
  return `_windlass() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" flags= words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${entries.map(({ name }) => name).join(' ')} --help --version' -- "$current"))
    return
  fi
  case "$previous" in
${values.map(([flags, choices]) => `    ${flags}) COMPREPLY=($(compgen -W '${choices}' -- "$current")); return ;;`).join('\n')}
  esac
  case "\${COMP_WORDS[1]} $previous" in
    ${folders.join('|')}) COMPREPLY=($(compgen -d -- "$current")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${entries.map((e) => `    ${e.name}) flags='${flagsOf(e)}' words='${e.choices.join(' ')}' ;;`).join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _windlass windlass`;
}

function zsh(entries: Entry[]): string {
  const escape = (text: string) => text.replaceAll("'", "'\\''").replace(/[[\]:]/g, '\\$&');
  const argument = ({ flags, description, choices, takesValue }: Entry['options'][number]) => {
    const value = takesValue
      ? `:value:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}`
      : '';
    const names = flags.length > 1 ? `'(${flags.join(' ')})'{${flags.join(',')}}` : `'${flags[0]}'`;
    return `        ${names}'[${escape(description)}]${value}'`;
  };
  return `#compdef windlass
_windlass() {
  local -a commands=(
${entries.map(({ name, description }) => `    '${name}:${escape(description)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${entries
  .map(
    (e) => `    ${e.name})
      _arguments \\
${[...e.options.map(argument), `        '*:argument:${e.choices.length > 0 ? `(${e.choices.join(' ')})` : '_files'}'`].join(' \\\n')}
      ;;`,
  )
  .join('\n')}
  esac
}
compdef _windlass windlass`;
}

function fish(entries: Entry[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = entries.flatMap((e) => {
    const seen = `__fish_seen_subcommand_from ${e.name}`;
    const own = `complete -c windlass -n __fish_use_subcommand -f -a ${e.name} -d ${quote(e.description)}`;
    const options = e.options.map(({ flags, description, choices, takesValue }) => {
      const names = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const values =
        choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : takesValue ? ' -r' : '';
      return `complete -c windlass -n '${seen}' ${names.join(' ')} -d ${quote(description)}${values}`;
    });
    const words =
      e.choices.length > 0
        ? [`complete -c windlass -n '${seen}' -f -a ${quote(e.choices.join(' '))}`]
        : [];
    return [own, ...options, ...words];
  });
  return lines.join('\n');
}
