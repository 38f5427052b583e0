import { z } from 'zod'
import { json, type Operation, ROLES } from '../admin/operation.js'
import { operation } from '../admin/typed-operation.js'
import { type ChangingOptions, changingOperations } from './key-changing.js'
import { viewOf } from './key-presentation.js'
import { maySee } from './key-rights.js'
import { FILTER, KEY_VIEW } from './key-shapes.js'
import { missing, visible, withStore } from './key-task.js'

/**
 * The operations on virtual keys: list, issue, show, change, rotate, revoke and forget. The text of a key is in the answers of issue and
 * rotate and nowhere else, and good everywhere by then. What a principal may not see is answered as what is not there.
 */
export function keyOperations(options: ChangingOptions): readonly Operation[] {
  return [...readingOperations(options), ...changingOperations(options)]
}

function readingOperations(options: Pick<ChangingOptions, 'store' | 'clock'>): readonly Operation[] {
  const common = { tag: 'keys', roles: ROLES, effect: 'reads' } as const
  return [
    operation({
      ...{ ...common, method: 'GET', path: '/keys', id: 'listKeys' },
      summary: 'Virtual keys, the oldest first',
      query: FILTER,
      answers: { 200: { description: 'The keys', json: z.object({ keys: z.array(KEY_VIEW) }) } },
      handle: ({ principal, query: { team, user, state } }) =>
        withStore(options.store(), async (store) => {
          const now = options.clock.now()
          const keys = (await store.list())
            .filter((key) => maySee(principal, key))
            .filter((key) => (team ?? key.team) === key.team && (user ?? key.user) === key.user)
            .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
            .map((key) => viewOf(key, now))
          return json(200, { keys: keys.filter((key) => (state ?? key.state) === key.state) })
        }),
    }),
    operation({
      ...{ ...common, method: 'GET', path: '/keys/{id}', id: 'getKey' },
      summary: 'One virtual key',
      answers: {
        200: { description: 'The key', json: KEY_VIEW },
        404: { description: 'There is no such key, or it is none of the caller' },
      },
      handle: (task) =>
        withStore(options.store(), async (store) => {
          const key = await visible(store, task)
          return key ? json(200, viewOf(key, options.clock.now())) : missing()
        }),
    }),
  ]
}
