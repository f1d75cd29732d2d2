import { Command, CommanderError, Option } from 'commander';
import { WindlassError } from '../error.js';
import type { Door } from '../schema.js';
import { manifest } from './manifest.js';
import { exitCode, hasColour, isTerminal, paint, sayError, widthOfLines, write } from './print.js';
import { collect, schemaOptions } from './options.js';

const program = new Command('windlass')
  .description('Lifts WebAssembly components into JavaScript modules. More: `windlass help run`.')
  .usage('[-V | --version] [-h | --help] <command>')
  .version(manifest.version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand(false)
  .exitOverride()
  .configureOutput({
    writeOut: write,
    getOutHelpWidth: widthOfHelp,
    getErrHelpWidth: widthOfHelp,
    getOutHasColors: () => hasColour(1),
    getErrHasColors: () => hasColour(2),
    // Said when they arrive in `failed`, as all others are.
    outputError: () => {},
  })
  .configureHelp({
    // Choices and defaults are in the descriptions, which leaves each option its line.
    optionDescription: ({ description }) => description,
    styleTitle: (text) => paint(1, 'bold', text),
    styleCommandText: (text) => paint(1, 'cyan', text),
    styleOptionText: (text) => paint(1, 'cyan', text),
    subcommandTerm: (command) =>
      `${command.name()} ${command.usage().replace(/^\[options\] /, '')}`,
  })
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Examples:
  windlass transpile thing.wasm
  windlass run tool.wasm --dir .::/data -- --verbose /data/in.txt

Exit codes: 0 fine, 1 refused, 2 wrong usage, 134 a trap; run: the program's.
NO_COLOR: no colours; WINDLASS_BINDING=native|wasm: which transpiler.`,
  );

// The usage names both.
for (const option of program.options) option.hideHelp();
program.addHelpOption(new Option('-h, --help', 'print this help').hideHelp());

const jsonOption = () => new Option('--json', 'write JSON');

/** Adds the options of the schema that a command takes. */
function withOptions(door: Door, command: Command): Command {
  for (const option of schemaOptions(door)) command.addOption(option);
  return command;
}

/** Adds the options that grant something to a component. */
function withGrants(command: Command): Command {
  return command
    .option(
      '-d, --dir <host::guest[:ro]>',
      'a directory it may use, or only read, repeatable',
      collect,
    )
    .option('-e, --env <name[=value]>', 'a variable it sees, repeatable', collect)
    .option('--inherit-env', 'all variables of this process')
    .option('-a, --arg <argument>', 'an argument, before those after --; repeatable', collect)
    .option('--net <rule>', 'a host:port it may send HTTP to, or local', collect)
    .option('--capabilities <file>', 'capabilities to grant, in JSON')
    .option('--grant <name=value>', 'one capability, in JSON or text; repeatable', collect);
}

/** The arguments and the action of each command. */
const commands: Record<string, (command: Command) => void> = {
  transpile: (command) =>
    withOptions(
      'transpile',
      command
        .summary('write an ES module made from a component')
        .description(
          'Writes an ES module made from a component, a file or - for standard input.\nOptions with <import=module> or <name> are repeatable, but for --name.',
        )
        .argument('<component>')
        .option('-o, --out <folder>', 'where to write, one named like it if absent'),
    )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass transpile thing.wasm -o dist --target web --minify
  windlass transpile thing.wasm --map 'acme:log/*=./host/*.js'
Only wasi:* needs no --map. Paths in it begin where you stand.`,
      )
      .action(async (path, flags) =>
        (await import('./commands/transpile.js')).transpileCommand(path, flags),
      ),

  run: (command) =>
    withOptions(
      'run',
      withGrants(
        command
          .summary('run a command component or core module')
          .description(
            'Runs a component that exports wasi:cli/run, or a core module of WASI 0.1, and\nends with its exit code. It sees nothing of this machine but its standard\nstreams and what is granted.',
          )
          .argument('<component>', 'a file')
          .argument('[arguments...]', 'arguments of the program, after --'),
      ),
    )
      .addOption(new Option('--json', 'write errors as JSON'))
      .addHelpText(
        'after',
        `
Examples:
  windlass run grep.wasm --dir .::/src:ro -- -n needle /src
  windlass run report.wasm --env LANG=de_DE.UTF-8 < data.csv`,
      )
      .action(async (path, args, flags) =>
        (await import('./commands/run.js')).runCommand(path, args, flags),
      ),

  serve: (command) =>
    withOptions(
      'serve',
      withGrants(
        command
          .summary('serve a component over HTTP')
          .description(
            'Answers HTTP requests by a component that exports wasi:http/incoming-handler,\neach by an instance of its own. It sees nothing of this machine but its output\nand what is granted. SIGTERM ends it once all requests are answered.',
          )
          .argument('<component>', 'a file')
          .option('--addr <address>', '127.0.0.1:8080 if absent, or unix:/path; again', collect)
          .option('--tls-cert <file>', 'a certificate in PEM, for TLS with HTTP/2')
          .option('--tls-key <file>', 'its private key')
          .option('--reuse <requests>', 'how many requests an instance gets, 1 if absent')
          .option('--workers <processes>', 'processes that share the addresses, 1 if absent')
          .option('--threads <number>', 'without JSPI: requests at one time, 64 if absent')
          .option('--max-connections <number>', 'at each address, 1024 if absent')
          .option('--max-header-bytes <size>', 'of the head of a request, 16KiB if absent')
          .option('--max-url-bytes <size>', 'of its target, 8KiB if absent')
          .option('--max-body-bytes <size>', 'of its body, no bound if absent')
          .option('--headers-timeout <seconds>', 'for the head of a request, 10 if absent')
          .option('--idle-timeout <seconds>', 'for an idle connection, 5 if absent')
          .option('--request-timeout <seconds>', 'for a request and its answer, 300 if absent')
          .option('--access-log <form>', 'a line of output for each request: text or json'),
      ),
    )
      .addOption(new Option('--json', 'write errors as JSON'))
      .addHelpText(
        'after',
        `
Examples:
  windlass serve app.wasm --addr 0.0.0.0:8080 --env MODE=live
  windlass serve app.wasm --addr unix:/run/app.sock --access-log json`,
      )
      .action(async (path, flags) =>
        (await import('./commands/serve.js')).serveCommand(path, flags),
      ),

  pack: (command) =>
    withOptions(
      'pack',
      command
        .summary('write an npm package made from a component')
        .description(
          'Writes an npm package made from a component, a file or - for standard input: an\nentry for each environment, core modules, types, the component, a README.',
        )
        .argument('<component>')
        .option('-o, --out <folder>', 'where to write, one named like it if absent')
        .option('-n, --name <name>', 'its name, that of the file if absent')
        .option('--package-version <version>', 'its version, 0.1.0 if the component has none')
        .option('--description <text>', 'what it is for')
        .option('--license <license>', 'an SPDX expression, UNLICENSED if it has none'),
    )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass pack markdown.wasm --name @acme/markdown --license MIT
  npm publish ./acme-markdown-package`,
      )
      .action(async (path, flags) => (await import('./commands/pack.js')).packCommand(path, flags)),

  add: (command) =>
    command
      .summary('fetch a component from a registry')
      .description(
        'Fetches a component from an OCI registry into wasm/, or all of the lock file.\nAll is checked by digests. Credentials are those of Docker.',
      )
      .argument('[reference]', 'an artifact or a package; without it, all of windlass.lock')
      .option('-o, --out <file>', 'where to write, wasm/<name>.wasm if absent')
      .option('--force', 'write over a file that did not come from a registry')
      .option('--max-size <MiB>', 'of a component, 256 if absent')
      .option('--timeout <seconds>', 'how long the registry may send nothing, 60 if absent')
      .option('--plain-http', 'speak HTTP without TLS, without credentials')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass add ghcr.io/acme/markdown:1.2.0
  windlass add acme:markdown@1.2   the newest 1.2
  windlass add                     what windlass.lock names and is not there
For acme:, windlass.config.json has { "registries": { "acme": "ghcr.io/acme" } }`,
      )
      .action(async (reference, flags) =>
        (await import('./commands/add.js')).addCommand(reference, flags),
      ),

  publish: (command) =>
    command
      .summary('push a component to a registry')
      .description(
        'Pushes a component to an OCI registry, as wkg does, and prints its digest.\nCredentials are those of Docker. A version is not replaced.',
      )
      .argument('<component>', 'a file, or - for standard input')
      .argument('<reference>', 'where to: registry/repository:tag')
      .option('--force', 'replace a version')
      .option('--plain-http', 'speak HTTP without TLS, without credentials')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass publish markdown.wasm ghcr.io/acme/markdown:1.2.0

With SOURCE_DATE_EPOCH, the time in it, the digest is the same each time.`,
      )
      .action(async (path, reference, flags) =>
        (await import('./commands/publish.js')).publishCommand(path, reference, flags),
      ),

  compose: (command) =>
    command
      .summary('plug components into another')
      .description(
        'Plugs the exports of components into the imports of another, the socket.\nWhat none of them exports, the result imports.',
      )
      .argument('<socket>', 'a file, or - for standard input')
      .option('-p, --plug <component>', 'a component that exports what the socket imports', collect)
      .option('-o, --out <file>', '<socket>.composed.wasm if absent; - for output')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass compose app.wasm --plug log.wasm --plug store.wasm -o whole.wasm
  windlass compose b.wasm --plug c.wasm -o whole.wasm`,
      )
      .action(async (path, flags) =>
        (await import('./commands/compose.js')).composeCommand(path, flags),
      ),

  new: (command) =>
    command
      .summary('make a component out of a core module')
      .description(
        'Makes a component out of a core module that says what its world is, as compilers\nand `windlass embed` write it. One for WASI 0.1 gets the adapter that it needs.',
      )
      .argument('<module>', 'a file, or - for standard input')
      .option(
        '-a, --adapt <name=file>',
        'an adapter for imports of that name, repeatable;\nwasi_snapshot_preview1=command, reactor, proxy, none',
        collect,
      )
      .option('-o, --out <file>', '<module>.component.wasm if absent; - for output')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass new module.wasm -o thing.wasm
  windlass new module.wasm --adapt wasi_snapshot_preview1=reactor`,
      )
      .action(async (path, flags) => (await import('./commands/new.js')).newCommand(path, flags)),

  embed: (command) =>
    command
      .summary('write a world into a core module')
      .description('Writes into a core module what its world is, for `windlass new`.')
      .argument('<wit>', 'a .wit file, or a folder of them with deps in it')
      .argument('<module>', 'a core module, a file or - for standard input')
      .option('-w, --world <name>', 'the world, if there are several')
      .addOption(
        new Option('-e, --encoding <encoding>', 'utf8 (default), utf16 or latin1+utf16')
          .choices(['utf8', 'utf16', 'latin1+utf16'])
          // The command itself refuses others, and says what was meant.
          .argParser((value: string) => value)
          .default('utf8', 'utf8'),
      )
      .option('-o, --out <file>', '<module>.embedded.wasm if absent; - for output')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass embed wit core.wasm --world app -o embedded.wasm`,
      )
      .action(async (wit, path, flags) =>
        (await import('./commands/embed.js')).embedCommand(wit, path, flags),
      ),

  types: (command) =>
    withOptions(
      'types',
      command
        .summary('write .d.ts for a component or for WIT')
        .description('Writes the declarations of a component, or of every world of a WIT package.')
        .argument('<source>', 'a component, a .wit file, or a folder of them and deps')
        .option('-o, --out <folder>', 'where to write, here if absent; with --import, beside it')
        .option('--import', "thing.d.wasm.ts, for `import … from './thing.wasm'`"),
    )
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass types wit -o src/generated
  windlass types thing.wasm --import`,
      )
      .action(async (path, flags) =>
        (await import('./commands/types.js')).typesCommand(path, flags),
      ),

  wit: (command) =>
    command
      .summary('print the world of a component')
      .description('Prints the world of a component, or a WIT package in its binary form, as WIT.')
      .argument('<component>', 'a file, or - for standard input')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass wit thing.wasm
  windlass wit thing.wasm > wit/world.wit`,
      )
      .action(async (path, flags) => (await import('./commands/wit.js')).witCommand(path, flags)),

  inspect: (command) =>
    command
      .summary('print sizes, imports, exports, features')
      .description('Prints what is in a component: imports, exports, core modules, features.')
      .argument('<component>', 'a file, or - for standard input')
      .option('--sections', 'each section with its place')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass inspect thing.wasm
  windlass inspect thing.wasm --json | jq .features`,
      )
      .action(async (path, flags) =>
        (await import('./commands/inspect.js')).inspectCommand(path, flags),
      ),

  completions: (command) =>
    command
      .summary('write completions for a shell')
      .description('Writes a script that completes commands, options and files.')
      .argument('<shell>', 'bash, zsh or fish')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  windlass completions bash >> ~/.bashrc
  windlass completions zsh > ~/.zfunc/_windlass
  windlass completions fish > ~/.config/fish/completions/windlass.fish`,
      )
      .action(async (shell, flags) =>
        (await import('./commands/completions.js')).completionsCommand(
          program,
          shell,
          flags.json ?? false,
        ),
      ),
};

// To make all takes milliseconds, so the one that is named is made alone. Completions are of all.
const words = commandLine(process.argv.slice(2));
const [named = ''] = words;
const alone = named !== 'completions' && Object.hasOwn(commands, named);
for (const [name, define] of Object.entries(commands)) {
  if (alone && name !== named) continue;
  const command = program.command(name);
  define(command);
  command.exitOverride().copyInheritedSettings(program).helpOption('-h, --help', 'print this help');
}

/**
 * Arguments for Commander: `help run` becomes `run --help`. To ask for the help of a command
 * that does not exist is a mistake, as it is to call it.
 */
function commandLine(given: readonly string[]): readonly string[] {
  const [first = '', ...rest] = given;
  if (first === 'help') return commandLine([...rest, '--help']);
  const isKnown = first === '' || first.startsWith('-') || Object.hasOwn(commands, first);
  return isKnown ? given : [first];
}

/** The width of help: at most 80 characters, also where standard output is no terminal. */
function widthOfHelp(): number {
  return Math.min(widthOfLines(), 80);
}

/** Whether the command shall write JSON, as soon as its options are read. */
let json: boolean | undefined;
program.hook('preAction', (_, command) => {
  json = command.opts<{ json?: boolean }>().json ?? false;
});

if (words.length > 0) {
  program.parseAsync(words, { from: 'user' }).then(done, failed);
} else {
  program.outputHelp({ error: true });
  process.exitCode = exitCode.usage;
}

/**
 * Ends the process as soon as a command is done: to give back all memory first takes
 * several milliseconds. Terminals and programs that ran may still have something to write.
 */
function done(): void {
  if (named !== 'run' && named !== 'serve' && !isTerminal(1)) process.exit();
}

function failed(error: unknown): void {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return;
    sayError(usageError(error), asksForJson(process.argv));
    process.exitCode = exitCode.usage;
  } else {
    sayError(error, json ?? asksForJson(process.argv));
    const usage = (error as { code?: unknown }).code === 'invalid-option';
    process.exitCode = usage ? exitCode.usage : exitCode.failure;
  }
}

/** For mistakes that are found before options are read; what follows `--` is a program's. */
function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** An error of Commander in our form. */
function usageError({ message }: CommanderError): WindlassError {
  const [said = '', meant] = message.split(/\n\(Did you mean (?:one of )?(.*)\?\)$/s);
  const words = meant?.split(', ').map((word) => `\`${word}\``);
  const known = Object.hasOwn(commands, named) ? `${named} ` : '';
  return new WindlassError({
    code: 'usage',
    message: said
      .replace(/^error: /, '')
      .replace('. Expected ', ': expected ')
      .replace(/\.$/, '')
      .replace(/'([^']*)'/g, '`$1`'),
    help: words ? `did you mean ${words.join(' or ')}?` : `see \`windlass ${known}--help\``,
  });
}
