import type { VirtualKey } from '../../policies/keys/virtual-key.js'
import { type Answer, json, type OperationTask } from '../admin/operation.js'
import { mayManage, maySee } from './key-rights.js'
import { type KeyStore, KeysUnavailable } from './key-store.js'

/** What operations on keys need of a task, and of a store. */
export type KeyTask = Pick<OperationTask, 'principal' | 'parameters' | 'note'>
export type OpenKeyStore = Pick<KeyStore, 'list' | 'put' | 'remove' | 'spread'>

/** How often a change is tried again that others were faster with. */
const TRIES = 8

/** What a change makes of a key: another version or nothing, and what is answered once that is stored; or an answer alone. */
export type Changed = { readonly next: VirtualKey | 'none'; answer(): Answer | Promise<Answer> } | Answer

/** Changes the key that a task names; tried anew on what is there where somebody else was faster. */
export async function change(
  store: OpenKeyStore,
  task: KeyTask,
  whose: 'own' | 'managed',
  make: (key: VirtualKey) => Changed,
): Promise<Answer> {
  for (let tries = 0; tries < TRIES; tries++) {
    const key = await visible(store, task)
    if (!key || (whose === 'managed' && !mayManage(task.principal, key))) return missing()
    task.note({ key: key.id, name: key.name })
    const changed = make(key)
    if (!('next' in changed)) return changed
    const done = await (changed.next === 'none' ? store.remove(key) : store.put(changed.next))
    if (done === 'done') return changed.answer()
  }
  return conflict('the key was changed meanwhile')
}

/** The key that a task names, if its principal may know of it. */
export async function visible(
  store: OpenKeyStore,
  { principal, parameters }: KeyTask,
): Promise<VirtualKey | undefined> {
  const key = (await store.list()).find(({ id }) => id === parameters['id'])
  return key && maySee(principal, key) ? key : undefined
}

/** The answers for a key that is not there, and for one that is not as it was thought to be. */
export const missing = () => json(404, { error: 'there is no such key' })
export const conflict = (error: string) => json(409, { error })

/** Has a store answer; without one 404, and 503 where it does not. */
export async function withStore(
  store: OpenKeyStore | undefined,
  work: (store: OpenKeyStore) => Promise<Answer>,
): Promise<Answer> {
  if (!store) return json(404, { error: 'there are no virtual keys here: the configuration has no section keys' })
  try {
    return await work(store)
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error
    return json(503, { error: 'the store of virtual keys does not answer' })
  }
}
