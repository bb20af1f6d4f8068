import type { ServeFlags } from './flags.js'

/** Errors that only a mistake in the program throws: their trace is what one needs. */
const programErrors = [TypeError, ReferenceError, RangeError, SyntaxError]

/** Why the server did not start, in one line where it is something that who starts it can change. */
export function describeStartupError(error: unknown, flags: ServeFlags): string {
  if (!(error instanceof Error)) return String(error)
  const { code, syscall, path } = error as NodeJS.ErrnoException
  if (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo') return describeListenError(error, flags)
  if (code?.startsWith('ERR_OSSL')) {
    return `a certificate or key can't be used (${firstLine(error.message)}): look at ${tlsFlags(flags)}`
  }
  const message = code && path && reasons[code] ? `${path}: ${reasons[code]}` : withReason(error)
  if (programErrors.some((type) => error instanceof type) && code === undefined) return error.stack ?? message
  return firstLine(message)
}

/** What Node says of a file inside a message that names the file already, in plain words. */
function withReason({ message, cause }: Error): string {
  const { code, message: detail } = (cause instanceof Error ? cause : {}) as Partial<NodeJS.ErrnoException>
  const reason = code && reasons[code]
  return reason && detail ? message.replace(detail, reason) : message
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? ''

function tlsFlags({ tlsCertFile, clientCaFile, certDir, fileRootpath }: ServeFlags): string {
  const given = [tlsCertFile && '--tls-cert-file and --tls-private-key-file', clientCaFile && '--client-ca-file']
  return given.filter(Boolean).join(', ') || certDir || `${fileRootpath}/cert`
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use it; it belongs to another user, or its mode forbids it',
  EPERM: 'this user may not use it; it belongs to another user, or its mode forbids it',
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'something on the way is not a directory',
  EISDIR: 'it is a directory, not a file',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
}

function describeListenError(
  error: NodeJS.ErrnoException & { address?: string; port?: number },
  flags: ServeFlags,
): string {
  const { code, address = '', port = 0 } = error
  const kind = port === flags.insecurePort && flags.insecurePort !== flags.securePort ? 'insecure' : 'secure'
  const portFlag = `--${kind}-port`
  const addressFlag = kind === 'insecure' ? '--insecure-bind-address' : '--bind-address'
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${address} is in use: stop what listens there, or choose another with ${portFlag}`
    case 'EACCES':
      return `this user may not listen on port ${port} of ${address}: choose one above 1023 with ${portFlag}`
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine: choose one with ${addressFlag}`
    default:
      return `can't listen on port ${port} of ${address}: ${error.message}`
  }
}
