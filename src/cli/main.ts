import { Command, Option } from 'commander'
import { parseServerUrl, parseText } from './flag-values.js'
import { certDirFlag, rootpathFlag, type ServeFlags, securePortFlag, serveFlagGroups } from './flags.js'
import { type FlagForms, fromGoForms } from './go-forms.js'
import type { KubeconfigFlags } from './kubeconfig.js'
import { packageVersion } from './package-folder.js'

/** One line on stderr, exit code 1. */
function fail(line: string): never {
  process.stderr.write(`error: ${line}\n`)
  process.exit(1)
}

function createProgram(): Command {
  const program = new Command('wukong-apiserver')
    .description('A Kubernetes-style API server over a folder of YAML files.')
    .usage('[flags]')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(`${text.trimEnd().replaceAll('\n', ' ')}\n`) })
    // Commander answers a stray word with a count of arguments; say which one.
    .argument('[command]')
    .action(async (word: string | undefined) => {
      if (word !== undefined) fail(`unknown command '${word}'`)
      const { serve } = await import('./serve.js')
      await serve(program.opts<ServeFlags>(), fail)
    })
  for (const [heading, flags] of serveFlagGroups()) {
    for (const flag of flags) program.addOption(flag.helpGroup(heading))
  }
  program.addCommand(createKubeconfigCommand(program))
  return program
}

function createKubeconfigCommand(program: Command): Command {
  const command = new Command('kubeconfig')
    .description('print a kubeconfig for a root that a server runs on')
    .usage('[flags]')
    .helpOption('-h, --help', 'print this')
    .addOption(rootpathFlag())
    .addOption(certDirFlag())
    .addOption(securePortFlag())
    .addOption(
      new Option('--server <url>', 'where the server is (default: --secure-port of this machine)').argParser(
        parseServerUrl,
      ),
    )
    .addOption(
      new Option('--token <token>', 'who to be (default: the client certificate of the root)').argParser(parseText),
    )
    .action(async () => {
      const misplaced = program.options.find((o) => program.getOptionValueSource(o.attributeName()) === 'cli')
      if (misplaced) fail(`${misplaced.long} goes behind kubeconfig`)
      const { kubeconfig } = await import('./kubeconfig.js')
      try {
        process.stdout.write(await kubeconfig(command.opts<KubeconfigFlags>(), process.cwd()))
      } catch (error) {
        fail((error as Error).message)
      }
    })
  return command
}

function flagForms(command: Command): FlagForms {
  const forms = command.options
    .filter((option) => option.required || option.optional)
    .flatMap((option) =>
      [option.long, option.short].map((name) => [name ?? '', option.required ? 'value' : 'boolean'] as const),
    )
  return new Map(forms)
}

const program = createProgram()
await program.parseAsync(fromGoForms(process.argv.slice(2), flagForms(program)), { from: 'user' })
