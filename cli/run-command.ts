import { spawn } from 'node:child_process'

/** How a child process ended. `output` is stdout and stderr together, in the order they came. */
export type Ran =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'deadline'; readonly output: string }

export interface RunOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly deadlineMs: number
}

/** Runs a command to its end and collects what it prints; never throws for what the command does. */
export function runCommand(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const printed: Buffer[] = []
    const output = () => Buffer.concat(printed).toString('utf8')
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
    const deadline = setTimeout(() => {
      child.kill('SIGKILL')
      resolve({ kind: 'deadline', output: output() })
    }, options.deadlineMs)
    child.on('error', () => {
      clearTimeout(deadline)
      resolve({ kind: 'missing' })
    })
    child.on('close', (code) => {
      clearTimeout(deadline)
      resolve({ kind: 'exited', code: code ?? 1, output: output() })
    })
  })
}
