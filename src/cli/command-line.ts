import { Command, Option } from 'commander'
import { parseFilled, parseServerUrl } from './flag-values.js'
import { certDirFlag, rootpathFlag, type ServeFlags, securePortFlag, serveFlagGroups } from './flags.js'
import { type FlagForms, fromGoForms } from './go-forms.js'
import type { KubeconfigFlags } from './kubeconfig.js'
import { packageVersion } from './package-folder.js'

/** What somebody wants of the command. */
export type Invocation =
  | { readonly command: 'serve'; readonly flags: ServeFlags }
  | { readonly command: 'kubeconfig'; readonly flags: KubeconfigFlags }

export interface Output {
  out(text: string): void
  err(text: string): void
}

/**
 * Reads the arguments.
 * @throws CommanderError when that is all: help or version was asked for (exitCode 0), or something is wrong
 * (exitCode 1); what there is to say has been written to `output` then, a mistake as one line
 */
export function parseCommandLine(args: readonly string[], output: Output): Invocation {
  let invocation: Invocation | undefined
  const program = new Command('wukong-apiserver')
    .description('A Kubernetes-style API server over a folder of YAML files.')
    .usage('[flags]')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: output.out,
      writeErr: output.err,
      outputError: (text, write) => write(`${text.trimEnd().replaceAll('\n', ' ')}\n`),
    })
    // Commander would answer a stray word with a count of arguments.
    .argument('[command]')
    .action((word: string | undefined) => {
      if (word !== undefined) program.error(`error: unknown command '${word}'`)
      invocation = { command: 'serve', flags: program.opts<ServeFlags>() }
    })
  for (const [heading, flags] of serveFlagGroups()) {
    for (const flag of flags) program.addOption(flag.helpGroup(heading))
  }
  const kubeconfig = addKubeconfigCommand(program).action(() => {
    const misplaced = program.options.find((o) => program.getOptionValueSource(o.attributeName()) === 'cli')
    if (misplaced) program.error(`error: ${misplaced.long} goes behind kubeconfig`)
    invocation = { command: 'kubeconfig', flags: kubeconfig.opts<KubeconfigFlags>() }
  })
  program.parse(fromGoForms(args, flagForms(program)), { from: 'user' })
  return invocation ?? program.error('error: nothing to do')
}

function addKubeconfigCommand(program: Command): Command {
  const server = new Option('--server <url>', 'where the server is (default: --secure-port on this machine)')
  const token = new Option('--token <token>', 'who to be (default: the client certificate of the root)')
  return program
    .command('kubeconfig')
    .description('print a kubeconfig for a root that a server runs on')
    .usage('[flags]')
    .addOption(rootpathFlag())
    .addOption(certDirFlag())
    .addOption(securePortFlag('port of HTTPS on this machine'))
    .addOption(server.argParser(parseServerUrl))
    .addOption(token.argParser(parseFilled))
}

function flagForms({ options }: Command): FlagForms {
  return new Map(
    options
      .filter((option) => option.required || option.optional)
      .flatMap((option) =>
        [option.long, option.short].map((name) => [name ?? '', option.required ? 'value' : 'boolean']),
      ),
  )
}
