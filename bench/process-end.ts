import type { ChildProcess } from 'node:child_process'

/** Asks a process to end and waits for it; after `seconds` it is killed. */
export async function endProcess(child: ChildProcess, seconds = 15): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
  child.kill('SIGTERM')
  await exited
  clearTimeout(timer)
}
