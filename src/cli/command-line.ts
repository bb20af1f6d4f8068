import { Argument, Command, Option } from 'commander'
import type { BackupFlags, RestoreFlags } from './backup.js'
import { booleanFlag } from './boolean-flag.js'
import type { CopyFlags } from './copy.js'
import {
  parseDuration,
  parseEtcdServers,
  parseFilled,
  parseList,
  parseServerUrl,
  parseServiceAccount,
} from './flag-values.js'
import {
  apisFlag,
  certDirFlag,
  etcdTlsFlags,
  rootpathFlag,
  type ServeFlags,
  securePortFlag,
  serveFlagGroups,
} from './flags.js'
import type { FsckFlags } from './fsck.js'
import { flagForms, fromGoForms } from './go-forms.js'
import type { InitFlags } from './init.js'
import type { KubeconfigFlags } from './kubeconfig.js'
import type { ManifestsFlags } from './manifests.js'
import { packageVersion } from './package-folder.js'
import { parsePlace } from './place.js'
import type { TokenFlags } from './token.js'

/** What somebody wants of the command. */
export type Invocation =
  | { readonly command: 'serve'; readonly flags: ServeFlags }
  | { readonly command: 'kubeconfig'; readonly flags: KubeconfigFlags }
  | { readonly command: 'fsck'; readonly flags: FsckFlags }
  | { readonly command: 'backup'; readonly flags: BackupFlags }
  | { readonly command: 'restore'; readonly flags: RestoreFlags }
  | { readonly command: 'token'; readonly flags: TokenFlags }
  | { readonly command: 'copy'; readonly flags: CopyFlags }
  | { readonly command: 'manifests'; readonly flags: ManifestsFlags }
  | { readonly command: 'init'; readonly flags: InitFlags; readonly directory: string }

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
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
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
  const commands = {
    kubeconfig: addKubeconfigCommand(program),
    fsck: addFsckCommand(program),
    backup: addBackupCommand(program),
    restore: addRestoreCommand(program),
    copy: addCopyCommand(program),
    init: addInitCommand(program),
    manifests: addManifestsCommand(program),
    token: addTokenCommand(program),
  }
  for (const [name, command] of Object.entries(commands)) {
    command.action((directory: unknown) => {
      const misplaced = program.options.find((o) => program.getOptionValueSource(o.attributeName()) === 'cli')
      if (misplaced) program.error(`error: ${misplaced.long} goes behind ${name}`)
      invocation = { command: name, flags: command.opts(), ...(name === 'init' ? { directory } : {}) } as Invocation
    })
  }
  // A flag that stands alone is one of a command as well: `fsck --repair`.
  const forms = new Map([program, ...Object.values(commands)].flatMap((command) => [...flagForms(command)]))
  program.parse(fromGoForms(args, forms), { from: 'user' })
  return invocation ?? program.error('error: nothing to do')
}

function addKubeconfigCommand(program: Command): Command {
  const server = new Option('--server <url>', 'where the server is (default: --secure-port on this machine)')
  const account = new Option('--serviceaccount <namespace/name>', 'be a service account; a running server is asked')
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
    .addOption(account.argParser(parseServiceAccount).conflicts('token'))
    .addOption(durationFlag('how long the token of --serviceaccount is good'))
}

function durationFlag(description: string): Option {
  return new Option('--duration <duration>', description).argParser(parseDuration).default(3_600_000, '1h')
}

/** `token create` is all there is of it. */
function addTokenCommand(program: Command): Command {
  const list = (flag: string, description: string) => new Option(flag, description).argParser(parseList)
  return program
    .command('token')
    .description('make a token for the moment for a server on this root: whoever has it is that user')
    .usage('create [flags]')
    .addArgument(new Argument('<action>').choices(['create']))
    .addOption(rootpathFlag())
    .addOption(certDirFlag())
    .addOption(durationFlag('how long it is good'))
    .addOption(new Option('--user <name>', 'whose it is (default: the local admin)').argParser(parseFilled))
    .addOption(list('--groups <names>', 'the groups of that user'))
    .addOption(list('--service-account-issuer <urls>', "the server's flag, where it has one"))
    .addOption(new Option('--service-account-signing-key-file <file>', "the server's flag, where it has one"))
}

function addFsckCommand(program: Command): Command {
  return program
    .command('fsck')
    .description('say what is in a root and what is wrong with it; exit 1 when something is')
    .usage('[flags]')
    .addOption(rootpathFlag())
    .addOption(booleanFlag('--repair', 'mend what can be mended; no server may run on the root', false))
    .addOption(booleanFlag('--files', 'list the files that a server would refuse', false))
    .addOption(apisFlag())
}

function addBackupCommand(program: Command): Command {
  const to = new Option('--to <dir>', 'where the copy goes: a folder that is empty or does not exist')
  return program
    .command('backup')
    .description('copy the objects of a root, also while a server runs on it')
    .usage('[flags]')
    .addOption(rootpathFlag())
    .addOption(to.argParser(parseFilled).makeOptionMandatory())
}

function addRestoreCommand(program: Command): Command {
  const from = new Option('--from <dir>', 'a backup, a root, or a folder with registry/ in it')
  return program
    .command('restore')
    .description('make a root, empty or not there yet, of a backup')
    .usage('[flags]')
    .addOption(from.argParser(parseFilled).makeOptionMandatory())
    .addOption(rootpathFlag())
}

function addCopyCommand(program: Command): Command {
  const place = (flag: string, what: string) =>
    new Option(`${flag} <place>`, `${what}: file:<folder>, or etcd:<url>[/<prefix>]`)
      .argParser(parsePlace)
      .makeOptionMandatory()
  const command = program
    .command('copy')
    .description('copy all objects from a folder to etcd, or back')
    .usage('[flags]')
    .addOption(place('--from', 'where they are'))
    .addOption(place('--to', 'where they go'))
    .addOption(booleanFlag('--overwrite', 'also where objects are already: those of the same name are replaced', false))
    .addOption(apisFlag())
  for (const flag of etcdTlsFlags()) command.addOption(flag)
  return command
}

function addManifestsCommand(program: Command): Command {
  const text = (flag: string, description: string) => new Option(flag, description).argParser(parseFilled)
  const servers = new Option('--etcd-servers <urls>', 'keep objects in etcd (default: on a volume)')
  return program
    .command('manifests')
    .description('print what a kube-apiserver is to be given so that API groups are served behind it')
    .usage('--apis <modules> --image <image> [flags]')
    .addOption(apisFlag('API groups to serve: files or packages, here and in the image alike').makeOptionMandatory())
    .addOption(
      text(
        '--image <image>',
        'that has this server, and the modules at the paths given to --apis',
      ).makeOptionMandatory(),
    )
    .addOption(text('--name <name>', 'of what is made').default('wukong-apiserver'))
    .addOption(text('--namespace <name>', 'where it runs').default('wukong-system'))
    .addOption(servers.argParser(parseEtcdServers))
    .addOption(text('--storage <size>', 'of the volume').default('1Gi'))
}

function addInitCommand(program: Command): Command {
  const text = (flag: string, description: string) => new Option(flag, description).argParser(parseFilled)
  return program
    .command('init')
    .description('write a project that serves an API group of its own')
    .usage('<dir> [flags]')
    .argument('<dir>')
    .addOption(text('--group <name>', 'the API group').default('example.com'))
    .addOption(text('--kind <name>', 'its kind').default('Widget'))
    .addOption(text('--plural <name>', "the kind's plural (default: in lower case, with an s)"))
    .addOption(text('--package <spec>', 'what package.json asks for (default: this version)'))
}
