/** What a log of any kind can do, a console too. `fields` are short, readable and hold no secrets. */
export interface PlainLog {
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** Where the server says what happens; src/cli makes the real one. */
export interface Log extends PlainLog {
  /** Shown from `-v=<level>` on; 3 is the first level at which each request has its line. */
  verbose(level: number, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Whether a verbose line would be shown, so that a hot path need not make it. */
  shows(level: number): boolean
}

export const silentLog: Log = { error() {}, warn() {}, info() {}, verbose() {}, shows: () => false }
