import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openLineFile, replaceFile } from '../../io/line-file.js'

let root: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'tollgate-lines-'))
})
after(() => rm(root, { recursive: true, force: true }))

test('lines are appended behind the last whole one, whatever an earlier failure has left there', async () => {
  const path = join(root, 'torn')
  await writeFile(path, 'a\nto')
  const file = await openLineFile(path, 2)
  await file.append('b\nc\n')
  assert.equal(await readFile(path, 'utf8'), 'a\nb\nc\n')
  await appendFile(path, 'torn ag')
  await file.append('d\n')
  assert.equal(await readFile(path, 'utf8'), 'a\nb\nc\nd\n')
  await file.close()
})

test('other lines take the place of all, and more follows them', async () => {
  const path = join(root, 'replaced')
  await writeFile(`${path}.new`, 'what a crash has left')
  const file = await openLineFile(path, 0)
  await file.append('a\nb\n')
  await file.replace(['c\n', 'd\n'])
  assert.equal(await readFile(path, 'utf8'), 'c\nd\n')
  await file.append('e\n')
  assert.equal(await readFile(path, 'utf8'), 'c\nd\ne\n')
  await replaceFile(path, 'f\n')
  assert.equal(await readFile(path, 'utf8'), 'f\n')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  await file.close()
})

test('a replacement that fails leaves the lines that there are, and the file open for more', async () => {
  const path = join(root, 'failing')
  const file = await openLineFile(path, 0)
  await file.append('a\n')
  const broken = function* () {
    yield 'b\n'
    throw new Error('no more')
  }
  await assert.rejects(file.replace(broken()), /no more/)
  await file.append('c\n')
  assert.equal(await readFile(path, 'utf8'), 'a\nc\n')
  await file.close()
})

test('a file is long at four times what it was when it was written anew, and never when it is small', async () => {
  const path = join(root, 'long')
  const file = await openLineFile(path, 0)
  const line = `${'x'.repeat(256 * 1024 - 1)}\n`
  for (const long of [false, false, false, false, true]) {
    await file.append(line)
    assert.equal(file.isLong(), long)
  }
  await file.replace([line, line])
  for (const long of [false, false, false, false, false, false, true]) {
    await file.append(line)
    assert.equal(file.isLong(), long)
  }
  await file.close()
})
