import { type FieldError, fieldError } from '../../meta/field-error.js'

const levels = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof levels)[number]

/** What pods of a namespace are held to: a level, as a version of Kubernetes defined it. */
export interface LevelVersion {
  readonly level: Level
  /** `latest`, or the minor version of 1.x. */
  readonly version: 'latest' | number
}

/** One for each of what may be done about a violation. */
export interface Policy {
  readonly enforce: LevelVersion
  readonly audit: LevelVersion
  readonly warn: LevelVersion
}

type Labels = Readonly<Record<string, string>>

export const labelPrefix = 'pod-security.kubernetes.io/'
const versionPattern = /^v1\.([0-9]|[1-9][0-9]*)$/

export function strictness(level: Level): number {
  return levels.indexOf(level)
}

/** As messages show it: `baseline:v1.30`. */
export function levelText({ level, version }: LevelVersion): string {
  return `${level}:${version === 'latest' ? version : `v1.${version}`}`
}

/**
 * The policy that the labels of a namespace say. Where one is wrong, `enforce` is as strict as can be and the others are
 * lax; what is not said is privileged, but who enforces warns too.
 */
export function policyOf(labels: Labels = {}): { policy: Policy; errors: FieldError[] } {
  const errors: FieldError[] = []
  const read = (mode: string, otherwise: Level): LevelVersion => {
    const level = labels[labelPrefix + mode]
    const version = labels[`${labelPrefix}${mode}-version`]
    const isKnown = level === undefined || levels.some((known) => known === level)
    if (!isKnown) errors.push(wrong(labelPrefix + mode, level, `must be one of ${levels.join(', ')}`))
    const minor = version === undefined || version === 'latest' ? undefined : versionPattern.exec(version)?.[1]
    if (version !== undefined && version !== 'latest' && minor === undefined) {
      errors.push(wrong(`${labelPrefix}${mode}-version`, version, 'must be "latest" or "v1.x"'))
    }
    return {
      level: isKnown ? ((level as Level | undefined) ?? 'privileged') : otherwise,
      version: minor === undefined ? 'latest' : Number(minor),
    }
  }
  const enforce = read('enforce', 'restricted')
  const audit = read('audit', 'privileged')
  const warn = read('warn', 'privileged')
  const said = labels[`${labelPrefix}enforce`]
  const impliesWarning =
    labels[`${labelPrefix}warn`] === undefined && enforce.level === said && enforce.level !== 'privileged'
  if (!impliesWarning) return { policy: { enforce, audit, warn }, errors }
  const { version } = labels[`${labelPrefix}warn-version`] === undefined ? enforce : warn
  return { policy: { enforce, audit, warn: { level: enforce.level, version } }, errors }
}

function wrong(label: string, value: string | undefined, why: string): FieldError {
  return fieldError.invalid(`metadata.labels[${label}]`, value, why)
}
