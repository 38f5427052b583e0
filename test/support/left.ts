import { setImmediate } from 'node:timers/promises'
import { collector } from './collector.js'

/** What is left of it after a full collection; what a job has seen through a WeakRef stays until that job's end. */
export async function left(reference: WeakRef<object> | undefined): Promise<object | undefined> {
  await setImmediate()
  collector()()
  return reference?.deref()
}
