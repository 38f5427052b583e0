/** Country-code top-level domains (ISO 3166 and what IANA keeps besides). */
const COUNTRIES =
  'ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm ' +
  'cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw ' +
  'gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc ' +
  'md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt ' +
  'pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ' +
  'ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw'

/** Generic ones with many registrations. */
const GENERIC =
  'com org net edu gov mil int info biz name pro aero asia cat coop jobs mobi museum post tel travel xxx app dev page cloud online site ' +
  'store shop tech xyz top club live news blog email solutions services agency company digital group media network systems world today ' +
  'life space website host press fun art design studio photography photos gallery video music games game bet casino poker bank finance ' +
  'financial capital fund insurance credit loan tax legal law lawyer attorney health healthcare hospital clinic dental doctor care ' +
  'pharmacy vet fitness yoga school university academy education college institute training courses science engineering engineer ' +
  'software hosting computer technology energy solar green eco farm garden house homes realty estate property rentals apartments land ' +
  'construction builders contractors plumbing repair tools supply supplies parts auto cars car bike taxi limo flights holiday hotel ' +
  'hotels restaurant bar pub cafe coffee pizza kitchen recipes beer wine vip love dating family kids baby toys gift gifts cards deals ' +
  'sale discount market markets trade trading exchange business ventures partners consulting management marketing social community ' +
  'foundation charity church city town london berlin paris nyc tokyo amsterdam wien hamburg koeln bayern swiss scot wales irish quebec ' +
  'africa asia lat moscow global international one ltd llc gmbh inc limited srl work works team center zone link click ninja guru expert ' +
  'tips guide review reviews reise support help chat wiki codes run build tools dog cat pet rocks cool lol wtf sexy adult porn ink ' +
  'fashion style clothing shoes jewelry beauty salon hair makeup boutique luxury gold diamonds fyi plus zip mov events party show theater ' +
  'actor band film movie radio audio stream tube download domains directory data report reports press sucks exposed vote democrat ' +
  'republican army navy airforce google amazon apple microsoft bmw audi canon sony onl icu buzz monster cyou sbs rest bond lol quest'

const KNOWN = new Set(`${COUNTRIES} ${GENERIC}`.split(' '))

/** Set aside for tests and documents (RFC 2606, RFC 6761): nobody's. */
const RESERVED = new Set(['test', 'example', 'invalid', 'localhost', 'local', 'internal'])

/** Endings of file names, which are no domains even where one exists. */
const FILES = new Set(
  (
    'js ts jsx tsx json yaml yml toml lock md txt html htm css scss less png jpg jpeg gif svg webp ico pdf doc docx xls xlsx csv xml log sql ' +
    'zip gz tgz tar bz2 rar jar war exe dll bin dat tmp bak py rb go rs java kt swift php pl sh bash bat cmd ps1 cpp hpp cc hh cs vb lua so ' +
    'ini cfg conf env mjs cjs map whl gem proto wasm mod sum ipynb mp3 mp4 mov wav avi'
  ).split(' '),
)

export function isKnownDomain(topLevel: string): boolean {
  return KNOWN.has(topLevel)
}

export function isReservedDomain(topLevel: string): boolean {
  return RESERVED.has(topLevel)
}

export function isFileEnding(ending: string): boolean {
  return FILES.has(ending)
}
