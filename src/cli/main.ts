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
const { command, flags } = parseArguments()
if (command === 'serve') {
  const { serve } = await import('./serve.js')
  await serve(flags, fail)
} else {
  const { kubeconfig } = await import('./kubeconfig.js')
  const text = await kubeconfig(flags, process.cwd()).catch((error: Error) => fail(error.message))
  process.stdout.write(text)
}
