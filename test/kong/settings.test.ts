import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IMAGE, renderSettings } from '../../kong/settings.js'
import { envFile } from './env-file.js'

const settings = envFile(renderSettings({ maxBody: 1024 }))
const get = (name: string) => settings.get(`KONG_${name}`) ?? ''

test('every line is a setting of Kong, once, or a comment', () => {
  for (const name of settings.keys()) assert.match(name, /^KONG_[A-Z_]+$/)
  const lines = renderSettings({ maxBody: 1024 }).trimEnd().split('\n')
  assert.equal(lines.filter((line) => !line.startsWith('#')).length, settings.size)
})

test('no value needs quotes: there are no quotes, comments or references in it', () => {
  for (const [name, value] of settings) assert.match(value, /^[^\s"'#$\\](?:[^"'#$\\]*[^\s"'#$\\])?$/, name)
})

test('the plugin server is started and asked with the same directory, and speaks on the socket that Kong knows', () => {
  const start = get('PLUGINSERVER_TOLLGATE_START_CMD')
  const query = get('PLUGINSERVER_TOLLGATE_QUERY_CMD')
  assert.ok(start.endsWith(` -d ${IMAGE.plugins}`))
  assert.ok(query.endsWith(` -d ${IMAGE.plugins} --dump-all-plugins`))
  const [, prefix, socket] = / -p (\S+) --sock-name (\S+) /.exec(start) ?? []
  assert.equal(get('PLUGINSERVER_TOLLGATE_SOCKET'), `${prefix}/${socket}`)
})

test('the query prints JSON and nothing else: it is never verbose', () => {
  assert.doesNotMatch(get('PLUGINSERVER_TOLLGATE_QUERY_CMD'), /(^|\s)(-v+|--verbose)(\s|$)/)
})

test('commands are absolute: Kong starts them without a PATH to rely on', () => {
  for (const name of ['START_CMD', 'QUERY_CMD']) {
    const [node, server] = get(`PLUGINSERVER_TOLLGATE_${name}`).split(' ')
    assert.deepEqual([node, server], [IMAGE.node, IMAGE.pluginServer])
  }
})

test('the bundled plugins stay', () => {
  assert.deepEqual(get('PLUGINS').split(','), ['bundled', 'tollgate'])
  assert.equal(get('PLUGINSERVER_NAMES'), 'tollgate')
})

test('the headers by which the relay tells an answer of Kong from one of a provider stay', () => {
  assert.deepEqual(get('HEADERS').split(',').slice(0, 2), ['server_tokens', 'latency_tokens'])
})

test('Kong lets pass what the relay would take, also after a translation has made it longer', () => {
  assert.equal(get('NGINX_HTTP_CLIENT_MAX_BODY_SIZE'), '2048')
})

test('no secret is in it', () => {
  assert.ok(![...settings].flat().some((text) => text.includes('SECRET')))
})

test('everything can be somewhere else', () => {
  const text = renderSettings(
    { maxBody: 1024 },
    {
      declarative: '/a/kong.yaml',
      node: '/a/node',
      pluginServer: '/a/server',
      plugins: '/a/plugins',
      sockets: '/a/run',
      authorities: '/a/ca.pem',
    },
  )
  for (const place of Object.values(IMAGE)) assert.ok(!text.includes(place), place)
})
