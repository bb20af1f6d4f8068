import { CommanderError } from 'commander'
import { type Invocation, parseCommandLine } from './command-line.js'

function fail(line: string): never {
  process.stderr.write(`error: ${line}\n`)
  process.exit(1)
}

function parseArguments(): Invocation {
  const output = {
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
  }
  try {
    return parseCommandLine(process.argv.slice(2), output)
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode)
    throw error
  }
}

// Each command loads what it needs: help should not wait for the server's code.
const folder = process.cwd()
void run(parseArguments())

async function run(invocation: Invocation): Promise<void> {
  if (invocation.command === 'serve') {
    const { serve } = await import('./serve.js')
    return serve(invocation.flags, fail)
  }
  const { text, failed } = await printed(invocation).catch((error: Error) => fail(error.message))
  process.stdout.write(text)
  // Not at once: what goes into a pipe is written later.
  if (failed) process.exitCode = 1
}

/** What a command that does not serve says, and whether it found something wrong. */
async function printed(what: Exclude<Invocation, { command: 'serve' }>): Promise<{ text: string; failed?: boolean }> {
  switch (what.command) {
    case 'kubeconfig': {
      const { kubeconfig } = await import('./kubeconfig.js')
      return { text: await kubeconfig(what.flags, folder) }
    }
    case 'token': {
      const { createToken } = await import('./token.js')
      return { text: await createToken(what.flags, folder) }
    }
    case 'fsck': {
      const { fsck } = await import('./fsck.js')
      return fsck(what.flags, folder)
    }
    case 'backup': {
      const { backup } = await import('./backup.js')
      return { text: await backup(what.flags, folder) }
    }
    case 'restore': {
      const { restore } = await import('./backup.js')
      return { text: await restore(what.flags, folder) }
    }
    case 'copy': {
      const { copy } = await import('./copy.js')
      return { text: await copy(what.flags, folder) }
    }
    case 'manifests': {
      const { manifests } = await import('./manifests.js')
      return { text: await manifests(what.flags, folder) }
    }
    case 'init': {
      const { init } = await import('./init.js')
      return { text: init(what.directory, what.flags, folder) }
    }
  }
}
