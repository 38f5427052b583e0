import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDeclarative } from './declarative.js'
import { headerBag } from './headers.js'
import { normalisedPath } from './request-path.js'
import { router } from './router.js'

function routed(routes: readonly object[], service: object = {}) {
  const services = [{ name: 's', host: 's.test', ...service, routes }]
  const match = router(parseDeclarative(JSON.stringify({ _format_version: '3.0', services })))
  return (path: string, { method = 'GET', host = 'any.test', headers = {} }: Asked = {}) => {
    const raw = Object.entries(headers).flat()
    return match({ method, host, path, headers: headerBag(raw) })
  }
}

interface Asked {
  readonly method?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
}

test('more kinds of conditions win over a longer path, and the longer path over the shorter', () => {
  const find = routed([
    { name: 'short', paths: ['/v1'] },
    { name: 'long', paths: ['/v1/chat'] },
    { name: 'host', hosts: ['a.egress.tollgate'], paths: ['/'] },
    { name: 'host-and-method', hosts: ['a.egress.tollgate'], paths: ['/'], methods: ['POST'] },
  ])
  assert.equal(find('/v1/models')?.route.name, 'short')
  assert.equal(find('/v1/chat/completions')?.route.name, 'long')
  const host = 'A.egress.tollgate:8000'
  assert.equal(find('/v1/chat', { host })?.route.name, 'host')
  assert.equal(find('/v1/chat', { host, method: 'POST' })?.route.name, 'host-and-method')
  assert.equal(find('/v2'), undefined)
})

test('plain hosts win over wildcards, more headers over fewer, regexes over prefixes', () => {
  const find = routed([
    { name: 'wild', hosts: ['*.a.test'] },
    { name: 'plain', hosts: ['x.a.test'] },
    { name: 'one', paths: ['/h'], headers: { 'x-a': ['1', '2'] } },
    { name: 'two', paths: ['/h'], headers: { 'x-a': ['1'], 'x-b': ['~*^b+$'] } },
    { name: 'prefix', paths: ['/files/abc'] },
    { name: 'regex', paths: ['~/files/\\w+$'] },
  ])
  assert.equal(find('/', { host: 'x.a.test' })?.route.name, 'plain')
  assert.equal(find('/', { host: 'y.a.test' })?.route.name, 'wild')
  assert.equal(find('/', { host: 'a.test' }), undefined)
  assert.equal(find('/h', { headers: { 'x-a': '2' } })?.route.name, 'one')
  assert.equal(find('/h', { headers: { 'X-A': '1', 'X-B': 'bb' } })?.route.name, 'two')
  assert.equal(find('/files/abc')?.route.name, 'regex')
  assert.equal(find('/files/abc/d')?.route.name, 'prefix')
})

test('the matched part is stripped and the path of the service put before the rest', () => {
  const paths = ['/api', '~/v\\d/']
  const stripped = routed([{ name: 'r', paths }], { path: '/base' })
  assert.equal(stripped('/api/x')?.path, '/base/x')
  assert.equal(stripped('/api')?.path, '/base')
  assert.equal(stripped('/v2/x')?.path, '/base/x')
  assert.equal(stripped('/api/x')?.prefix, '/api')
  const kept = routed([{ name: 'r', paths, strip_path: false }])
  assert.equal(kept('/api/x')?.path, '/api/x')
  assert.equal(kept('/api/x')?.prefix, undefined)
})

test('paths are normalised', () => {
  assert.equal(normalisedPath('/a/./b/../c//d/%7Eu%2f/'), '/a/c/d/~u%2F/')
  assert.equal(normalisedPath('/'), '/')
  assert.equal(normalisedPath('/../..'), '/')
})
