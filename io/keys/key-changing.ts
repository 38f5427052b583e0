import { z } from 'zod'
import type { Clock } from '../../core/clock.js'
import { type Answer, json, type Operation } from '../admin/operation.js'
import { operation } from '../admin/typed-operation.js'
import { isOver, issueKey, type KeyMaker, revokeKey, rotateKey, type Shown, updateKey } from './key-changes.js'
import { viewOf } from './key-presentation.js'
import { issueFault, updateFault } from './key-rights.js'
import { ISSUE, type Issue, KEY_SHOWN, KEY_VIEW, ROTATE, UPDATE, type Update } from './key-shapes.js'
import { change, conflict, type KeyTask, type OpenKeyStore, withStore } from './key-task.js'

export interface ChangingOptions extends KeyMaker {
  /** Undefined where the configuration has no keys. */
  store(): OpenKeyStore | undefined
  /** Milliseconds for which texts stay good that were rotated out, where a rotation does not say. */
  overlap(): number
  /** Whether the configuration has a model of this name. */
  hasModel(name: string): boolean
  /** Whether the configuration says where addresses of clients are; without, a key that is bound to networks lets nobody in. */
  knowsAddresses(): boolean
  readonly clock: Clock
}

const MANAGERS = ['admin', 'team-lead'] as const
const MISSING = { description: 'There is no such key, or it is none of the caller' }
const STORED = { description: 'The key', json: KEY_VIEW }
const TEXT = { description: 'The key with its text, which is shown this once', json: KEY_SHOWN }
const OVER = { description: 'The key is over, or was changed meanwhile' }

/** The most texts that are a key's at the same time. */
const MOST_TEXTS = 10

/** The operations that change keys. */
export function changingOperations(options: ChangingOptions): readonly Operation[] {
  const { clock } = options
  const common = { tag: 'keys', roles: MANAGERS, effect: 'changes' } as const
  return [
    operation({
      ...{ ...common, method: 'POST', path: '/keys', id: 'issueKey' },
      summary: 'Issues a virtual key',
      body: ISSUE,
      answers: { 201: TEXT, 403: { description: 'Not for this caller to decide' }, 409: OVER },
      handle: (task) => withStore(options.store(), (store) => issue(options, store, task, task.body)),
    }),
    operation({
      ...{ ...common, method: 'PATCH', path: '/keys/{id}', id: 'updateKey' },
      summary: 'Changes what a virtual key is called and bound to',
      body: UPDATE,
      answers: { 200: STORED, 403: { description: 'Not for this caller to decide' }, 404: MISSING, 409: OVER },
      handle: (task) => withStore(options.store(), (store) => update(options, store, task, task.body)),
    }),
    operation({
      ...{ ...common, method: 'POST', path: '/keys/{id}/rotate', id: 'rotateKey' },
      roles: [...MANAGERS, 'developer'],
      summary: 'Gives a virtual key another text; those before stay good for a while',
      body: ROTATE,
      answers: { 200: TEXT, 404: MISSING, 409: OVER },
      handle: (task) =>
        withStore(options.store(), (store) =>
          change(store, task, 'own', (key) => {
            if (isOver(key, clock.now())) return conflict('the key is over: issue another')
            const shown = rotateKey(key, task.body.overlap ?? options.overlap(), clock.now(), options)
            if (shown.key.secrets.length > MOST_TEXTS) {
              return conflict(`${MOST_TEXTS} texts of the key are good already: rotate with an overlap of 0s`)
            }
            const answer = async () => {
              await store.spread()
              return json(200, shownView(shown, clock.now()))
            }
            return { next: shown.key, answer }
          }),
        ),
    }),
    operation({
      ...{ ...common, method: 'POST', path: '/keys/{id}/revoke', id: 'revokeKey' },
      summary: 'Ends a virtual key for good, everywhere within a second',
      answers: { 200: STORED, 404: MISSING, 409: OVER },
      handle: (task) =>
        withStore(options.store(), (store) =>
          change(store, task, 'managed', (key) => {
            const next = revokeKey(key, clock.now())
            const answer = () => json(200, viewOf(next ?? key, clock.now()))
            return next ? { next, answer } : answer()
          }),
        ),
    }),
    operation({
      ...{ ...common, method: 'DELETE', path: '/keys/{id}', id: 'deleteKey' },
      summary: 'Forgets a virtual key that is revoked or expired',
      answers: {
        200: { description: 'It is forgotten', json: z.object({ deleted: z.string() }) },
        404: MISSING,
        409: { description: 'The key is active: revoke it first' },
      },
      handle: (task) =>
        withStore(options.store(), (store) =>
          change(store, task, 'managed', (key) => {
            if (!isOver(key, clock.now())) return conflict('the key is active: revoke it first')
            return { next: 'none', answer: () => json(200, { deleted: key.id }) }
          }),
        ),
    }),
  ]
}

async function issue(options: ChangingOptions, store: OpenKeyStore, task: KeyTask, body: Issue): Promise<Answer> {
  const now = options.clock.now()
  const fault = issueFault(task.principal, body)
  if (fault !== undefined) return json(403, { error: fault })
  const wrong = boundFault(options, body, now)
  if (wrong) return wrong
  const shown = issueKey(body, { by: task.principal.name, now }, options)
  task.note({ key: shown.key.id, name: shown.key.name, ...(body.team !== undefined && { team: body.team }) })
  if ((await store.put(shown.key)) === 'conflict') return conflict('the key was changed meanwhile')
  await store.spread()
  return json(201, shownView(shown, now))
}

async function update(options: ChangingOptions, store: OpenKeyStore, task: KeyTask, body: Update): Promise<Answer> {
  const { clock } = options
  const fault = updateFault(task.principal, body)
  return change(store, task, 'managed', (key) => {
    if (fault !== undefined) return json(403, { error: fault })
    if (key.revokedAt !== undefined) return conflict('the key is revoked: issue another')
    if (body.version !== undefined && body.version !== key.version) return conflict('the key was changed meanwhile')
    const wrong = boundFault(options, body, clock.now())
    if (wrong) return wrong
    const next = updateKey(key, body, clock.now())
    return { next, answer: () => json(200, viewOf(next, clock.now())) }
  })
}

/** Bindings that would only ever refuse: a slip rather than a wish. */
function boundFault(
  { hasModel, knowsAddresses }: ChangingOptions,
  { models, networks, expiresAt, expiresIn }: Pick<Update, 'models' | 'networks' | 'expiresAt' | 'expiresIn'>,
  now: number,
): Answer | undefined {
  if (networks && !knowsAddresses()) {
    return faulty('networks', 'needs identity.address in the configuration: nobody would get in with the key')
  }
  const index = models?.findIndex((name) => !hasModel(name)) ?? -1
  if (index >= 0) return faulty(`models.${index}`, 'is no model of the configuration')
  if (typeof expiresAt === 'number' && expiresAt <= now) return faulty('expiresAt', 'is over already')
  return expiresIn === 0 ? faulty('expiresIn', 'must be more than 0s') : undefined
}

function faulty(field: string, what: string): Answer {
  return json(400, { error: `the body's ${field}: ${what}`, field })
}

function shownView({ key, text }: Shown, now: number) {
  return { ...viewOf(key, now), key: text }
}
