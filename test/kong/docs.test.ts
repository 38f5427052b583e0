import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { projectRoot } from '../../cli/project-root.js'
import { type Caller, claimIn } from '../../core/caller.js'
import { parseConfig } from '../../io/config.js'
import { renderSettings } from '../../kong/settings.js'
import { PLUGIN_NAME } from '../../plugins/names.js'
import { SCHEMA } from '../../plugins/schema.js'
import { envFile } from './env-file.js'

const PAGE = readFileSync(join(projectRoot(), 'docs', 'kong.md'), 'utf8')
const blocks = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text))
const section = (title: string) => PAGE.split(/^## /m).find((part) => part.startsWith(title)) ?? ''
const members = new Set(SCHEMA.flatMap((field) => Object.keys(field)))

test('the route that the page shows has the dead service, and a plugin that Kong takes', () => {
  const [route] = blocks.flatMap((block) => block.routes ?? [])
  assert.equal(route.service, 'tollgate')
  assert.deepEqual([route.request_buffering, route.response_buffering], [false, false])
  assert.equal(route.plugins[0].name, PLUGIN_NAME)
  for (const member of Object.keys(route.plugins[0].config)) assert.ok(members.has(member), member)
})

test('the page names every member of the plugin for a route, and no other', () => {
  const named = [...section('Overrides').matchAll(/^\| `(\w+)` \|/gm)].map(([, member]) => member)
  const others = ['role', 'secret', 'upstream']
  assert.deepEqual([...named, ...others].sort(), [...members].sort())
})

test('the identity that the page shows is valid, and each path that it names finds what Kong established', () => {
  const [shown] = blocks.filter((block) => 'identity' in block)
  const config = {
    version: 1,
    providers: { a: { kind: 'openai' } },
    models: { m: { targets: [{ provider: 'a', model: 'm' }] } },
  }
  const read = parseConfig(JSON.stringify({ ...config, ...shown }), {
    path: '/tollgate.yaml',
    env: {},
    readFile: () => '',
    kinds: [{ kind: 'openai', defaultBaseUrl: 'https://api.openai.com/v1' }],
    tokenizers: [],
  })
  assert.deepEqual(read.ok ? [] : read.problems, [])
  const caller: Caller = {
    consumer: { id: 'i', username: 'u', customId: 'c' },
    credential: { id: 'k' },
    groups: ['g'],
    route: { id: 'r', name: 'n' },
    service: { id: 's' },
  }
  const paths = [...section('Who').matchAll(/`(kong\.[\w.]+)`/g)].map(([, path = '']) => path)
  assert.ok(paths.length >= 8)
  for (const path of paths) assert.ok(claimIn(caller)(path), path)
})

test('the page explains settings that are rendered', () => {
  const rendered = [...envFile(renderSettings({ maxBody: 1 })).keys()]
  for (const [, name = ''] of section('Settings').matchAll(/`(KONG_[A-Z_]+)\*?`/g)) {
    assert.ok(
      rendered.some((setting) => setting.startsWith(name)),
      name,
    )
  }
})
