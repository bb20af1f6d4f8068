import { type DestinationStream, destination, pino } from 'pino'
import type { Log } from '../meta/log.js'

type Fields = Readonly<Record<string, unknown>>
type Level = 'error' | 'warn' | 'info'

/** Logs to stderr: in the format that is asked for, or readable lines when that is a terminal, else JSON. */
export function createLog(verbosity: number, format: 'text' | 'json' = process.stderr.isTTY ? 'text' : 'json'): Log {
  if (format === 'text')
    return terminalLog(
      (line) => process.stderr.write(line),
      verbosity,
      () => new Date(),
    )
  // Synchronous: what a process said before it ended is what one looks for.
  return jsonLog(destination({ fd: 2, sync: true }), verbosity)
}

/** A JSON object a line: time, level, msg and the fields. */
export function jsonLog(stream: DestinationStream, verbosity: number): Log {
  const options = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  }
  const logger = pino(options, stream)
  return logWith(verbosity, (level, message, fields) => logger[level](fields, message))
}

/** `10:42:07 warn   message  field=value …`. What others named can't move the cursor or start a line of its own. */
export function terminalLog(write: (line: string) => void, verbosity: number, now: () => Date): Log {
  return logWith(verbosity, (level, message, fields) => {
    const details = Object.entries(fields).map(([key, value]) => ` ${key}=${showField(value)}`)
    const time = now().toTimeString().slice(0, 8)
    write(`${time} ${level.padEnd(5)} ${escapeControls(message)}${details.length > 0 ? ' ' : ''}${details.join('')}\n`)
  })
}

function logWith(verbosity: number, write: (level: Level, message: string, fields: Fields) => void): Log {
  const shows = (level: number) => level <= verbosity
  return {
    error: (message, fields = {}) => write('error', message, fields),
    warn: (message, fields = {}) => write('warn', message, fields),
    info: (message, fields = {}) => write('info', message, fields),
    verbose: (level, message, fields = {}) => {
      if (shows(level)) write('info', message, fields)
    },
    shows,
  }
}

function showField(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message)
  if (typeof value === 'string') return /^[^\s"=\p{C}]+$/u.test(value) ? value : escapeControls(JSON.stringify(value))
  return escapeControls(
    JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? String(v) : v)) ?? 'undefined',
  )
}

function escapeControls(text: string): string {
  return text.replace(
    /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
