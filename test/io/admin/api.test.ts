import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { z } from 'zod'
import { createApi } from '../../../io/admin/api.js'
import { json, type Operation, type OperationTask, ROLES } from '../../../io/admin/operation.js'
import { operation } from '../../../io/admin/typed-operation.js'
import { createFakeTrail } from '../../support/admin/fake-trail.js'
import { EVERY_ROLE, startFrame } from '../../support/admin/frame.js'

/** A change that remembers what it was asked. */
function recording(more: Partial<Operation> = {}) {
  const tasks: OperationTask[] = []
  const made: Operation = {
    method: 'POST',
    path: '/things/{thing}/parts/{part}',
    id: 'changeThing',
    summary: 'changes a thing',
    tag: 'things',
    roles: ['admin', 'team-lead'],
    effect: 'changes',
    body: z.strictObject({ size: z.int().min(1), note: z.string().optional() }),
    answers: { 200: { description: 'done', json: z.object({ done: z.boolean() }) } },
    handle(task) {
      tasks.push(task)
      task.note({ size: 7 })
      return json(200, { done: true })
    },
    ...more,
  }
  return { tasks, made }
}

test('a path may have several names, each a whole segment, which come decoded', async (t) => {
  const { tasks, made } = recording()
  const { post, call } = await startFrame(t, [made])
  assert.equal((await post('/things/a%2Fb/parts/c%20d', { size: 1 })).status, 200)
  assert.deepEqual(tasks[0]?.parameters, { thing: 'a/b', part: 'c d' })
  for (const path of [
    '/things/a/parts/',
    '/things//parts/b',
    '/things/a/parts',
    '/things/%/parts/b',
    '/things/a/b/parts/c',
  ]) {
    assert.equal((await post(path, { size: 1 })).status, 404, path)
  }
  const wrong = await call('/things/a/parts/b')
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST'])
})

test('a path that is written out goes before one with a name', async (t) => {
  const path = (path: string, id: string) =>
    recording({ ...{ method: 'GET', path, id, effect: 'reads' }, handle: () => json(200, { done: id === 'own' }) }).made
  const without = ({ body: _, ...made }: Operation): Operation => made
  const { call } = await startFrame(t, [without(path('/things/{thing}', 'any')), without(path('/things/own', 'own'))])
  assert.deepEqual((await call('/things/own')).json(), { done: true })
  assert.deepEqual((await call('/things/other')).json(), { done: false })
})

test('what is wrong is told by its field, and never repeated', async (t) => {
  const { tasks, made } = recording()
  const { post, trail } = await startFrame(t, [made])
  const path = '/things/a/parts/b'
  for (const [body, field] of [
    [{ size: 'sk-secret' }, 'size'],
    [{ size: 0 }, 'size'],
    [{ size: 1, note: { 'sk-secret': 1 } }, 'note'],
    [{ size: 1, 'sk-secret': 1 }, undefined],
    ['"sk-secret"', undefined],
    ['sk-secret', undefined],
  ] as const) {
    const { status, text, json } = await post(path, body)
    assert.deepEqual([status, json().field], [400, field], text)
    assert.doesNotMatch(text, /sk-secret/)
  }
  assert.equal((await post(path, { size: 1 }, { headers: { 'content-type': 'text/plain' } })).status, 415)
  assert.equal((await post(path, { size: 1, note: 'x'.repeat(70_000) })).status, 413)
  assert.deepEqual(tasks, [])
  assert.deepEqual(
    trail.written.map(({ status }) => status),
    [400, 400, 400, 400, 400, 400, 415, 413],
  )
  assert.doesNotMatch(JSON.stringify(trail.written), /sk-secret/)
})

test('a query is read by its schema', async (t) => {
  const seen: unknown[] = []
  const made = operation({
    ...{ method: 'GET', path: '/list', id: 'list', summary: 's', tag: 't', roles: ROLES, effect: 'reads' },
    query: z.strictObject({ limit: z.coerce.number().int().default(3), team: z.array(z.string()).optional() }),
    answers: { 200: { description: 'd', json: z.object({}) } },
    handle({ query }) {
      seen.push(query)
      return json(200, {})
    },
  })
  const { call } = await startFrame(t, [made])
  await call('/list?team=a&team=b&limit=7')
  await call('/list')
  assert.deepEqual(seen, [{ limit: 7, team: ['a', 'b'] }, { limit: 3 }])
  const wrong = await call('/list?limit=sk-secret')
  assert.deepEqual([wrong.status, wrong.json().field], [400, 'limit'])
  assert.doesNotMatch(wrong.text, /sk-secret/)
  assert.equal((await call('/list?more=1')).status, 400)
})

test('who may not is told who may, and is in the trail', async (t) => {
  const { tasks, made } = recording()
  const { post, as, trail } = await startFrame(t, [made], { settings: EVERY_ROLE })
  const path = '/things/a/parts/b'
  const denied = await post(path, { size: 1 }, as('eyes'))
  assert.deepEqual([denied.status, denied.json().roles], [403, ['admin', 'team-lead']])
  assert.match(denied.json().error, /for admin, team-lead; eyes is auditor/)
  assert.equal((await post(path, { size: 1 })).status, 401)
  assert.equal((await post(path, { size: 1 }, as('lead-of-red'))).status, 200)
  const parameters = { thing: 'a', part: 'b' }
  const common = { operation: 'changeThing', parameters, address: '127.0.0.1' }
  assert.deepEqual(trail.written, [
    { ...common, principal: 'eyes', role: 'auditor', status: 403, fields: {} },
    { ...common, principal: null, role: null, status: 401, fields: {} },
    { ...common, principal: 'lead-of-red', role: 'team-lead', status: 200, fields: { size: 7 } },
  ])
  assert.equal(tasks.length, 1)
})

test('nothing is changed that cannot be written down, and reading goes on', async (t) => {
  const { tasks, made } = recording()
  const trail = createFakeTrail()
  const { call, post, as, failures } = await startFrame(t, [made], { settings: EVERY_ROLE, trail })
  trail.mode = 'broken'
  const refused = await post('/things/a/parts/b', { size: 1 }, as('root'))
  assert.equal(refused.status, 503)
  assert.match(refused.json().error, /nothing is changed/)
  assert.deepEqual(tasks, [])
  assert.equal((await call('/whoami', as('root'))).status, 200)
  // A refusal stays one.
  assert.equal((await post('/things/a/parts/b', { size: 1 }, as('eyes'))).status, 403)
  assert.equal(failures.length, 2)
})

test('a failure is 500 without a word about it, and the trail has it', async (t) => {
  const { made } = recording({ handle: () => Promise.reject(new Error('sk-secret')) })
  const { post, trail, failures } = await startFrame(t, [made])
  const answer = await post('/things/a/parts/b', { size: 1 })
  assert.equal(answer.status, 500)
  assert.doesNotMatch(answer.text, /sk-secret/)
  assert.deepEqual([trail.written[0]?.status, failures.length], [500, 1])
})

test('an operation that does not end is given up after its deadline', async () => {
  const { made } = recording({ deadline: 7, handle: () => new Promise(() => {}) })
  const trail = createFakeTrail()
  const waited: number[] = []
  const api = createApi({
    operations: [made],
    authenticate: () => ({ kind: 'known', principal: { name: 'root', role: 'admin', teams: [] } }),
    trail,
    failed: () => {},
    schedule(delay, run) {
      waited.push(delay)
      queueMicrotask(run)
      return () => {}
    },
  })
  const headers = { 'content-type': 'application/json' }
  const call = { method: 'POST', url: '/things/a/parts/b', headers, address: '::1', body: async () => '{"size":1}' }
  const answer = await api(call)
  assert.equal(answer.status, 503)
  assert.deepEqual([waited, trail.written[0]?.status], [[7], 503])
})

test('answers are for no cache, and pages may do nothing', async (t) => {
  const page: Operation = {
    ...{ method: 'GET', path: '/page', id: 'page', summary: 's', tag: 't', roles: ROLES, effect: 'reads' },
    answers: { 200: { description: 'd', types: ['text/html; charset=utf-8'] } },
    handle: () => ({ status: 200, contentType: 'text/html; charset=utf-8', body: '<p>' }),
  }
  const { call } = await startFrame(t, [page])
  const { headers } = await call('/page')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
  assert.equal((await call('/whoami')).headers.get('content-security-policy'), null)
})

test('an answer in pieces comes whole; one that breaks off breaks the connection', async (t) => {
  const pieces = (id: string, body: () => AsyncIterable<string>): Operation => ({
    ...{ method: 'GET', path: `/${id}`, id, summary: 's', tag: 't', roles: ROLES, effect: 'reads' },
    answers: { 200: { description: 'd', types: ['text/csv'] } },
    handle: () => ({ status: 200, contentType: 'text/csv', body: body() }),
  })
  const whole = pieces('whole', async function* () {
    for (let n = 0; n < 300; n++) yield 'x'.repeat(10_000)
  })
  const broken = pieces('broken', async function* () {
    yield 'first'
    throw new Error('the disk is gone')
  })
  const { admin, call, failures } = await startFrame(t, [whole, broken])
  assert.equal((await call('/whole')).text.length, 3_000_000)
  assert.equal((await call('/whole', { method: 'HEAD' })).text, '')
  const ended = await new Promise((resolve) => {
    request(`${admin.url}/broken`, (response) => {
      response.resume()
      response.on('end', () => resolve('whole')).on('error', () => resolve('broken off'))
    })
      .on('error', () => resolve('broken off'))
      .end()
  })
  assert.equal(ended, 'broken off')
  assert.equal(failures.length, 1)
})
