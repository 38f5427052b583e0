import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects the garbage of this process at once: all of it, or the young alone. */
export type Collect = (options?: { readonly type: 'minor' | 'major' }) => void

export function collector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
