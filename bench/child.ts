import { fork } from 'node:child_process'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { JsonValue } from '../core/json.js'
import { endProcess } from './process-end.js'

/** A process of the bench's own that answers questions; questions may overlap. */
export interface Child {
  readonly pid: number
  /** Rejects when the process ends before it has answered. */
  ask(question: JsonValue): Promise<unknown>
  stop(): Promise<void>
}

const questionSchema = z.object({ id: z.number(), question: z.unknown() })
const answerSchema = z.union([
  z.object({ id: z.number(), answer: z.unknown() }),
  z.object({ id: z.number(), failure: z.string() }),
])

/** Starts `module` (a file beside this one, without its ending) as a child process; its output goes to `logFile`. */
export function startChild(
  module: 'client' | 'provider' | 'foreign-provider' | 'kong-driver' | 'blocking/provider',
  logFile: string,
): Child {
  const log = openSync(logFile, 'a')
  const child = fork(fileURLToPath(new URL(`./${module}.js`, import.meta.url)), [], {
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: [],
  })
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  let asked = 0
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${module} ended with code ${code}; see ${logFile}`))
    waiting.clear()
  })
  child.on('message', (message) => {
    const answer = answerSchema.parse(message)
    const asker = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('failure' in answer) asker?.reject(new Error(`${module}: ${answer.failure}`))
    else asker?.resolve(answer.answer)
  })
  return {
    pid: child.pid ?? 0,
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.set(++asked, { resolve, reject })
        child.send({ id: asked, question }, (error) => error && reject(error))
      }),
    stop: () => endProcess(child),
  }
}

/** Makes this process a `Child`: each question of the parent goes to `answer`. */
export function answerParent(answer: (question: unknown) => Promise<unknown>): void {
  process.on('message', (message) => {
    const { id, question } = questionSchema.parse(message)
    answer(question).then(
      (result) => process.send?.({ id, answer: result }),
      (error) => process.send?.({ id, failure: error instanceof Error ? error.message : `${error}` }),
    )
  })
  process.on('disconnect', () => process.exit())
}

/** Whether `moduleUrl` (`import.meta.url`) is the file that node was started with. */
export function isStarted(moduleUrl: string): boolean {
  return process.argv[1] === fileURLToPath(moduleUrl)
}
