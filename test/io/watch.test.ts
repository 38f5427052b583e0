import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type FileWatch, watchFiles } from '../../io/watch.js'

function tempFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Watches at a short interval; `next` waits for one report that has not been taken yet, and fails after 5 s. */
function watching(context: TestContext, paths: readonly string[]) {
  const reports: (readonly string[])[] = []
  let wake = () => {}
  const watch = watchFiles(
    paths,
    (changed) => {
      reports.push(changed)
      wake()
    },
    { interval: 5 },
  )
  context.after(() => watch.stop())
  const next = async (): Promise<readonly string[]> => {
    const report = reports.shift()
    if (report !== undefined) return report
    let deadline: NodeJS.Timeout | undefined
    await new Promise<void>((resolve, reject) => {
      wake = resolve
      deadline = setTimeout(() => reject(new Error('no change was reported')), 5000)
    })
    clearTimeout(deadline)
    return next()
  }
  return { watch, next, reports }
}

test('an in-place write is reported, also one of the same size', async (context) => {
  const file = join(tempFolder(context), 'a')
  writeFileSync(file, 'one')
  const { next } = watching(context, [file])
  writeFileSync(file, 'two')
  assert.deepEqual(await next(), [file])
  appendFileSync(file, ' more')
  assert.deepEqual(await next(), [file])
})

test('a write that keeps size and modification time is reported', async (context) => {
  const file = join(tempFolder(context), 'a')
  const then = new Date(2020, 1, 1)
  writeFileSync(file, 'one')
  utimesSync(file, then, then)
  const { next } = watching(context, [file])
  writeFileSync(file, 'two')
  utimesSync(file, then, then)
  assert.deepEqual(await next(), [file])
})

test('a file renamed over the watched one is reported', async (context) => {
  const folder = tempFolder(context)
  const file = join(folder, 'a')
  writeFileSync(file, 'one')
  const { next } = watching(context, [file])
  for (const text of ['two', 'three']) {
    writeFileSync(join(folder, 'new'), text)
    renameSync(join(folder, 'new'), file)
    assert.deepEqual(await next(), [file])
  }
})

test('a swap of the folder link above the files, as Kubernetes does it, is one report', async (context) => {
  const folder = tempFolder(context)
  const fill = (version: string) => {
    mkdirSync(join(folder, version))
    for (const name of ['config', 'key']) writeFileSync(join(folder, version, name), version)
    symlinkSync(version, join(folder, '..data_tmp'))
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  }
  fill('..2024')
  for (const name of ['config', 'key']) symlinkSync(join('..data', name), join(folder, name))
  const paths = [join(folder, 'config'), join(folder, 'key')]
  const { next } = watching(context, paths)
  fill('..2025')
  rmSync(join(folder, '..2024'), { recursive: true })
  assert.deepEqual(await next(), paths)
  assert.equal(readFileSync(join(folder, 'config'), 'utf8'), '..2025')
})

test('new time stamps, a rename and a swap without new content are no change', async (context) => {
  const folder = tempFolder(context)
  const [touched, renamed, linked, real] = ['touched', 'renamed', 'linked', 'real'].map((name) => join(folder, name))
  assert.ok(touched && renamed && linked && real)
  for (const file of [touched, renamed, real, join(folder, 'target')]) writeFileSync(file, 'same')
  symlinkSync('target', linked)
  const { next, reports } = watching(context, [touched, renamed, linked, real])
  utimesSync(touched, new Date(), new Date())
  writeFileSync(join(folder, 'copy'), 'same')
  renameSync(join(folder, 'copy'), renamed)
  symlinkSync('real', join(folder, 'link'))
  renameSync(join(folder, 'link'), linked)
  writeFileSync(join(folder, 'target'), 'other')
  const second = join(folder, 'second')
  writeFileSync(second, 'one')
  const after = watching(context, [touched, second])
  writeFileSync(second, 'two')
  assert.deepEqual(await after.next(), [second])
  writeFileSync(touched, 'new')
  assert.deepEqual(await next(), [touched])
  assert.deepEqual(reports, [])
})

test('a file that is missing for a while is no change; its return with other content is', async (context) => {
  const folder = tempFolder(context)
  const [gone, other] = [join(folder, 'gone'), join(folder, 'other')]
  writeFileSync(gone, 'one')
  writeFileSync(other, 'one')
  const { next } = watching(context, [gone, other])
  rmSync(gone)
  writeFileSync(other, 'two')
  assert.deepEqual(await next(), [other])
  writeFileSync(gone, 'one')
  writeFileSync(other, 'three')
  assert.deepEqual(await next(), [other])
  rmSync(gone)
  writeFileSync(other, 'four')
  assert.deepEqual(await next(), [other])
  writeFileSync(gone, 'two')
  assert.deepEqual(await next(), [gone])
})

test('a file that did not exist at first is reported when it appears', async (context) => {
  const file = join(tempFolder(context), 'late')
  const { next } = watching(context, [file])
  writeFileSync(file, 'here')
  assert.deepEqual(await next(), [file])
})

test('update adds files and leaves out others, without a report of what they hold already', async (context) => {
  const folder = tempFolder(context)
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  writeFileSync(first, 'one')
  writeFileSync(second, 'one')
  const { watch, next, reports } = watching(context, [first])
  watch.update([second])
  writeFileSync(first, 'two')
  writeFileSync(second, 'two')
  assert.deepEqual(await next(), [second])
  watch.update([second, first])
  writeFileSync(first, 'three')
  assert.deepEqual(await next(), [first])
  assert.deepEqual(reports, [])
})

test('update and stop may be called from the report', async (context) => {
  const file = join(tempFolder(context), 'a')
  writeFileSync(file, 'one')
  const watch = await new Promise<FileWatch>((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('no change was reported')), 5000)
    const started = watchFiles(
      [file],
      () => {
        clearTimeout(deadline)
        started.update([])
        started.stop()
        resolve(started)
      },
      { interval: 5 },
    )
    writeFileSync(file, 'two')
  })
  watch.stop()
})

test('a watch does not keep the process alive', (context) => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const before = timers()
  watching(context, [])
  assert.equal(timers(), before)
})

test('a change is noticed before it is reported', async (context) => {
  const file = join(tempFolder(context), 'file')
  writeFileSync(file, 'one')
  const told: string[] = []
  await new Promise<void>((resolve, reject) => {
    // A watch does not keep the process alive.
    const deadline = setTimeout(() => reject(new Error('no change was reported')), 5000)
    const changed = () => {
      clearTimeout(deadline)
      told.push('changed')
      resolve()
    }
    const watch = watchFiles([file], changed, { interval: 5, noticed: () => told.push('noticed') })
    context.after(() => watch.stop())
    writeFileSync(file, 'two')
  })
  assert.equal(told[0], 'noticed')
  assert.equal(told.at(-1), 'changed')
})
