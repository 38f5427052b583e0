import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What is left of it after a full collection; what a job has seen through a WeakRef stays until that job's end. */
export async function left(reference: WeakRef<object> | undefined): Promise<object | undefined> {
  setFlagsFromString('--expose-gc')
  await setImmediate()
  runInNewContext('gc')()
  return reference?.deref()
}
