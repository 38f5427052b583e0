import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAs } from '../../../io/explain/as.js'
import { identityAs } from '../../../io/explain/ask.js'

const why = (text: string) => {
  const read = readAs(text)
  return read.kind === 'faulty' ? read.why : 'nothing'
}

test('pairs with commas between; values may hold colons', () => {
  const text =
    ' user:ann , team:red,tag.env:prod,tag.cost-center:a:b,address:2001:db8::1,role:dev,key:key_1,route:chat,'
  const read = readAs(text)
  assert.ok(read.kind === 'read')
  assert.deepEqual(identityAs(read.as), {
    ...{ user: 'ann', team: 'red', role: 'dev', key: 'key_1', route: 'chat', address: '2001:db8::1' },
    tags: { env: 'prod', 'cost-center': 'a:b' },
  })
})

test('nothing is nobody', () => {
  const read = readAs('')
  assert.deepEqual(read.kind === 'read' && identityAs(read.as), { tags: {} })
})

test('what it cannot read is told', () => {
  assert.match(why('ann'), /has no colon in 'ann'/)
  assert.match(why('usr:ann'), /knows user, team, organization, key, role, route, address and tag\.NAME, not 'usr'/)
  assert.match(why('user:a,user:b'), /has 'user' twice/)
  assert.match(why('address:10.0.0.0/8'), /has a wrong address: must be an IP address/)
  assert.match(why('user:'), /has a wrong user/)
  assert.match(why('grant:x'), /not 'grant'/)
})
