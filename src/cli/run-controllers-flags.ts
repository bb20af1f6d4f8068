import { Command, Option } from 'commander'
import { booleanFlag } from './boolean-flag.js'
import { parseDuration, parseFilled, parseList, parseListenAddress } from './flag-values.js'
import { apiextsFlag, apisFlag, verbosityFlag } from './flags.js'
import { flagForms, fromGoForms } from './go-forms.js'
import { packageVersion } from './package-folder.js'

/** What the flags of wukong-controller-manager say. Times are milliseconds. */
export interface ControllerManagerFlags {
  readonly kubeconfig?: string
  readonly apis?: string[]
  readonly apiexts?: string[]
  readonly apiextAddr?: { readonly address: string; readonly port: number }
  readonly controllers: readonly string[]
  readonly leaderElect: boolean
  readonly leaderElectResourceNamespace: string
  readonly leaderElectResourceName: string
  readonly leaderElectLeaseDuration: number
  readonly leaderElectRenewDeadline: number
  readonly leaderElectRetryPeriod: number
  readonly metricsBindAddress?: { readonly address: string; readonly port: number }
  readonly v: number
}

/**
 * Reads the arguments; flags as kube-controller-manager's where it has them. Help and mistakes are written, a mistake as
 * one line.
 * @throws CommanderError when that is all
 */
export function parseControllerManagerFlags(args: readonly string[]): ControllerManagerFlags {
  const duration = (flag: string, what: string, preset: number, text: string) =>
    new Option(`${flag} <duration>`, what).argParser(parseDuration).default(preset, text)
  const text = (flag: string, what: string, preset: string) =>
    new Option(flag, what).argParser(parseFilled).default(preset)
  const program = new Command('wukong-controller-manager')
    .description('Runs the controllers of API groups against a server.')
    .usage('[flags]')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .exitOverride()
    .configureOutput({ outputError: (line, write) => write(`${line.trimEnd().replaceAll('\n', ' ')}\n`) })
    .addOption(new Option('--kubeconfig <file>', 'how to reach the server (default: as kubectl, or a pod, does)'))
    .addOption(apisFlag())
    .addOption(apiextsFlag())
    .addOption(
      new Option('--apiext-addr <address>', 'where --apiexts are served, for --apiext-url of the server').argParser(
        parseListenAddress,
      ),
    )
    .addOption(
      new Option('--controllers <names>', 'which controllers run: *, name, -name')
        .argParser(parseList)
        .default(['*'], '*'),
    )
    .addOption(booleanFlag('--leader-elect', 'of several processes only one works at a time', false))
    .addOption(text('--leader-elect-resource-namespace <name>', 'where the lease is', 'kube-system'))
    .addOption(text('--leader-elect-resource-name <name>', 'the lease', 'wukong-controller-manager'))
    .addOption(duration('--leader-elect-lease-duration', 'how long a silent leader is believed in', 15_000, '15s'))
    .addOption(duration('--leader-elect-renew-deadline', 'when a leader that can not renew gives up', 10_000, '10s'))
    .addOption(duration('--leader-elect-retry-period', 'between two looks at the lease', 2_000, '2s'))
    .addOption(
      new Option(
        '--metrics-bind-address <address>',
        'where /metrics, /healthz and /readyz are (default: nowhere)',
      ).argParser(parseListenAddress),
    )
    .addOption(verbosityFlag('how much is logged'))
  program.parse(fromGoForms(args, flagForms(program)), { from: 'user' })
  return program.opts<ControllerManagerFlags>()
}
