import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadLanguageDetector } from '../../../../policies/guardrails/content/language/detector.js'
import { LANGUAGES } from '../../../../policies/guardrails/content/language/languages.js'
import { languageGuard } from '../../../../policies/guardrails/content/language.js'
import type { Guard, Judgement } from '../../../../policies/guardrails/guard.js'
import { guarded, hear, inRequest, ofRequest } from './asked.js'

const SENTENCES: Readonly<Record<string, string>> = {
  en: 'The quick rollout of the new service took longer than we had planned because of the database.',
  de: 'Die schnelle Einführung des neuen Dienstes dauerte wegen der Datenbank länger als wir geplant hatten.',
  fr: 'Le déploiement rapide du nouveau service a pris plus de temps que prévu à cause de la base de données.',
  es: 'El despliegue rápido del nuevo servicio tardó más de lo previsto por culpa de la base de datos.',
  it: 'La rapida distribuzione del nuovo servizio ha richiesto più tempo del previsto a causa della banca dati.',
  pt: 'A implantação rápida do novo serviço demorou mais do que o previsto por causa do banco de dados.',
  nl: 'De snelle uitrol van de nieuwe dienst duurde langer dan we gepland hadden vanwege de database.',
  sv: 'Den snabba driftsättningen av den nya tjänsten tog längre tid än vi hade planerat på grund av databasen.',
  pl: 'Szybkie wdrożenie nowej usługi trwało dłużej niż planowano z powodu błędów w bazie danych.',
  cs: 'Rychlé nasazení nové služby trvalo kvůli databázi mnohem déle, než jsme původně plánovali.',
  fi: 'Uuden palvelun nopea käyttöönotto kesti tietokannan vuoksi kauemmin kuin olimme suunnitelleet.',
  tr: 'Yeni hizmetin hızlı dağıtımı veritabanı nedeniyle planladığımızdan daha uzun sürdü.',
  ru: 'Быстрое развертывание нового сервиса заняло больше времени, чем планировалось, из-за базы данных.',
  uk: 'Швидке розгортання нового сервісу зайняло більше часу, ніж ми планували, через базу даних.',
  ar: 'استغرق النشر السريع للخدمة الجديدة وقتا أطول مما كان مخططا له بسبب قاعدة البيانات لدينا.',
  ja: '新しいサービスの迅速な展開は、データベースの問題のために、私たちが予定していたよりもはるかに長い時間がかかりました。とても残念です。',
  zh: '由于数据库出现了严重的问题，新服务的快速部署花费的时间比我们原来计划的时间要长得多，所以我们今天不得不推迟发布，并且通知所有的客户和合作伙伴我们的决定以及原因。',
}

const detect = await loadLanguageDetector()
/** Loaded at once, so that it answers at once. */
async function guardOf(...allowed: readonly string[]): Promise<Guard> {
  const guard = languageGuard({ allowed, leastLetters: 40, confidence: 0.15 }, () => Promise.resolve(detect))
  await Promise.resolve()
  await Promise.resolve()
  return guard
}

test('each language is told from the others', async () => {
  for (const [language, text] of Object.entries(SENTENCES)) {
    assert.equal(ofRequest(await guardOf(language), text).kind, 'clean', language)
    const others = Object.keys(SENTENCES).filter((other) => other !== language)
    const judgement = ofRequest(await guardOf(others[0] ?? ''), text)
    assert.equal(judgement.kind === 'hit' && judgement.reason, language)
  }
})

test('the detector knows the languages that may be configured', async () => {
  const { eld } = await import('eld/extrasmall')
  assert.deepEqual(Object.values(eld.info().Languages).sort(), [...LANGUAGES].sort())
})

test('code, addresses, names and short texts are no language', async () => {
  const guard = await guardOf('de')
  const texts = [
    'ok, thanks a lot!',
    'Angela Merkel, Emmanuel Macron, Pedro Sánchez, Giorgia Meloni, Olaf Scholz, Mark Rutte, Ursula von der Leyen',
    '```js\nfor (const value of the.list) { if (value) return the(value) }\nconst what = await fetch("https://the.example/of/things")\n```',
    'const total = items.reduce((sum, item) => sum + item.price, 0);\nif (total > limit) { throw new Error("over the limit"); }',
    'https://example.com/this/is/a/path/with/english/words/in/it and user_name_of_the_person@mail.example.com',
    'HTTP API JSON XML YAML SQL CSS HTML TCP UDP DNS TLS SSH FTP SMTP IMAP LDAP SAML OIDC JWT CORS CSRF XSS RCE CVE',
    `Kannst du das bitte prüfen? \`the name of this variable is not what I would have expected of it\` ist mir nicht klar.`,
  ]
  for (const text of texts) assert.equal(ofRequest(guard, text).kind, 'clean', text)
})

test('a few sentences in another language are a hit, and their place', async () => {
  const guard = await guardOf('en')
  const { en = '', de = '', fr = '' } = SENTENCES
  const text = `${en.repeat(5)}\n\n${`${de} `.repeat(5)}\n\n${en.repeat(5)}`
  const judgement = ofRequest(guard, text)
  assert.ok(judgement.kind === 'hit' && judgement.reason === 'de')
  const start = text.indexOf(de)
  for (const place of judgement.places ?? []) {
    assert.ok(place.end > start && place.start < start + 5 * de.length + 300, `${place.start}-${place.end}`)
  }
  assert.equal(
    inRequest(guard, `${en.repeat(3)} He said: "${fr.slice(0, 50)}". ${en.repeat(3)}`),
    'clean',
    'a quotation',
  )
  assert.equal(ofRequest(guard, de.toUpperCase()).kind, 'hit', 'in capitals')
})

test('an answer is judged as it comes', async () => {
  const guard = await guardOf('en')
  const text = `${SENTENCES['en']} `.repeat(6) + `${SENTENCES['fr']} `.repeat(6)
  for (const size of [1, 7, 100, 5000]) {
    const [first] = hear(guard, text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [])
    assert.equal(first?.reason, 'fr', `${size}`)
  }
  assert.deepEqual(hear(guard, [`${SENTENCES['en']} `.repeat(20)]), [])
})

test('asked before the detector is there, it answers when it is; without one it fails', async () => {
  const never = new AbortController().signal
  const asked = (guard: Guard) => guard.open(guarded([SENTENCES['en'] ?? '']))?.request?.(never)
  const early: Promise<Judgement> | unknown = asked(
    languageGuard({ allowed: ['de'], leastLetters: 40, confidence: 0.15 }),
  )
  assert.ok(early instanceof Promise)
  assert.equal((await early).kind, 'hit')
  const none = languageGuard({ allowed: ['de'], leastLetters: 40, confidence: 0.15 }, () =>
    Promise.reject(new Error('none')),
  )
  await assert.rejects(async () => asked(none), /none/)
})

test('a megabyte is read in steps', async () => {
  const guard = await guardOf('en')
  assert.equal(
    ofRequest(guard, `${`${SENTENCES['en']} `.repeat(10_000)}${`${SENTENCES['de']} `.repeat(8)}`).kind,
    'hit',
  )
  assert.equal(ofRequest(guard, '{ "a": 1 } '.repeat(90_000)).kind, 'clean')
})
