import * as classes from '../../../policies/pii/names/classes.js'

/** Words of each class, in the languages that are spoken most; case and accents do not matter. Written for this project. */
export const WORD_CLASSES: readonly (readonly [mask: number, words: string])[] = [
  [
    classes.TITLE,
    `mr mrs ms miss dr prof professor sir madam dame lord lady rev reverend fr sr herr frau hr dipl ing mme mlle m monsieur
    madame mademoiselle señor señora señorita sra srta don doña sig sra signor signora signore dott dottore dottoressa ing dhr mevr mevrouw meneer
    pan pani dona senhor senhora mx hon judge justice captain capt col colonel major maj lieutenant lt sgt sergeant general gen
    officer detective president prince princess king queen pope saint`,
  ],
  [
    classes.ROLE,
    `sister brother uncle aunt auntie grandma grandpa grandmother grandfather mother father mom dad mum son daughter cousin nephew niece
    wife husband boyfriend girlfriend friend colleague neighbor neighbour teacher coach boss manager director editor assistant engineer doctor
    nurse lawyer attorney agent master mentor leader chef driver minister chairman chairwoman secretary senator mayor governor candidate tenant landlord
    patient client customer employee member student author actor actress singer artist designer bruder schwester mutter vater
    onkel tante freund freundin kollege kollegin chef lehrer lehrerin arzt frère soeur mère père oncle ami amie collègue hermano hermana madre padre
    tío tía amigo amiga jefe profesor fratello sorella zio zia amico amica old little young elder older younger big team`,
  ],
  [
    classes.GREETING,
    `hi hello hey dear greetings regards sincerely cheers thanks thank best yours love hallo liebe lieber sehr geehrte geehrter grüße gruß
    mfg bonjour cher chère cordialement salut bonsoir hola querido querida estimado estimada saludos atentamente ciao caro cara gentile
    cordiali saluti distinti buongiorno beste groeten geachte groetjes cześć drogi droga szanowny szanowna pozdrawiam olá oi prezado prezada caro abraços
    atenciosamente welcome congratulations goodbye bye signed`,
  ],
  [
    classes.SAYING,
    `said says say told tells asked asks replied answered wrote writes explained added noted shouted called calls met meet meets speak speaks spoke
    announced reported claims claimed suggested mentioned laughed smiled agreed invited joined thanked emailed texted phoned
    sagte sagt schrieb schreibt fragte meinte erklärte dit disait demanda écrit répondit dijo dice escribió preguntó disse dice scrisse chiese
    zei zegt schreef powiedział powiedziała disse escreveu fala named married born lives works directed starring produced written founded`,
  ],
  [
    classes.NAME_LABEL,
    `name names contact attn attention from to cc bcc user username customer client patient employee applicant candidate recipient sender owner
    holder cardholder beneficiary author by signed surname lastname firstname fullname passenger guest tenant insured member payee payer reviewer
    assignee reporter manager doctor physician witness spouse nom prénom nombre apellido apellidos nome cognome naam voornaam achternaam
    vorname nachname kunde patientin ansprechpartner inhaber unterschrift bearbeiter imię nazwisko sobrenome destinataire titular cliente paciente
    heiße heisse appelle llamo chiamo heet nazywam chamo with ceo cfo cto founder`,
  ],
  [
    classes.PLACE_LABEL,
    `address addresses location place city town country state province region origin destination venue residence residing lives live living located
    based office headquarters hometown birthplace home ship shipping billing deliver delivery mail adresse anschrift ort stadt land wohnort wohnhaft wohne wohnt
    lieu ville pays domicile habite réside dirección ciudad país domicilio vivo vive calle indirizzo città paese abito abita residente adres plaats woonplaats
    woon woont miasto kraj mieszkam endereço cidade moro mora from moved travelling traveling travel visit visited fly flew flight trip where`,
  ],
  [
    classes.STREET,
    `street st avenue ave av road rd boulevard blvd bd drive dr lane ln court ct way parkway pkwy place pl square sq terrace ter highway hwy circle cir
    trail trl crescent cres close row mews gardens grove hill alley alle allee quay crossing crossroad plaza loop pike route turnpike expressway freeway
    path walk rise vale green gate wharf mall view estate estates point ridge run creek meadow meadows
    mill mills mission station stream summit track underpass union unions valley via viaduct village ville vista
    well wells fort forge fork forks garden glen glens haven heights hollow inlet island isle junction key knoll lake land landing light loaf lock
    lodge manor mountain neck orchard oval overpass park pass passage pine plain port prairie radial ramp ranch rapid rest river roads shoal shore
    skyway spring spur stravenue throughway trace trafficway tunnel bypass causeway center cliff club common corner course cove curve dale
    dam divide extension falls ferry field flat ford forest brook burg bend beach bluff bridge bayou branch bottom camp canyon cape
    straße strasse str weg gasse platz allee ring ufer damm steig pfad chaussee markt hof straat laan plein gracht kade dijk dreef steeg singel pad
    ulica ul aleja al plac rynek osiedle gatan vägen gata vej gade katu tie utca út tér náměstí ulice třída sokak caddesi`,
  ],
  [
    classes.STREET_FIRST,
    `rue avenue boulevard chemin impasse allée place quai route cours square passage faubourg calle avenida av avda c plaza paseo ronda camino carretera
    travesía glorieta rambla urbanización callejón vial cuesta pasaje acceso alameda cañada via viale piazza piazzale corso vicolo largo strada contrada borgo
    incrocio rotonda canale stretto rua avenida travessa praça estrada largo alameda rodovia beco ulica ul aleja plac jalan jl strada bulevardul strasse`,
  ],
  [
    classes.UNIT,
    `suite ste apt apartment flat unit floor fl room rm building bldg block lot level house no nr number piso puerta planta esc escalera appartamento piano
    scala interno appartement étage bâtiment bât wohnung stock etage stiege hinterhaus bus verdieping andar apto sala bloco mieszkanie lok 
    hab department dept wing tower entrance corner lane`,
  ],
  [
    classes.COMPANY,
    `inc incorporated llc ltd limited plc corp corporation co company group holdings holding gmbh ag kg ohg ug se ev mbh sa sas sarl
    snc spa srl sl slu bv nv cv vof oy oyj ab as asa aps zoo spzoo doo kft zrt sro pty pvt lp llp lda ltda eirl cia sons söhne
    hijos fils figli bros brothers partners associates enterprises ventures industries international technologies solutions
    systems labs laboratories consulting consultants services software media networks logistics capital trading factoring`,
  ],
  [
    classes.ORGANIZATION,
    `bank university college school institute hospital clinic church museum library restaurant hotel cafe café pharmacy agency ministry department
    committee commission council court foundation association society club union federation party times post news journal magazine tribune herald
    press airlines airways insurance motors pharmaceuticals electric energy power water telecom mobile studio studios records pictures
    entertainment orchestra theater theatre gallery center centre academy store shop market supermarket mall bakery factory workshop
    team league app application platform research security securities investment investments fund trust financial finance credit mutual 
    universität hochschule schule krankenhaus klinik sparkasse verein stiftung verlag werke université école hôpital banque société
    universidad colegio instituto banco clínica empresa università scuola ospedale banca azienda universiteit ziekenhuis stichting gemeente
    uniwersytet szpital universidade escola committee bureau office police army navy authority board chamber congress parliament senate`,
  ],
  [
    classes.PLACE,
    `lake river mount mountain mountains valley island islands bay beach coast cape desert forest park garden gardens square bridge tower castle
    palace temple district province county municipality prefecture city town village township hamlet region territory community residential neighborhood area zone
    airport station terminal port harbor harbour plaza campus stadium arena ocean sea gulf strait canal falls hill hills peak volcano
    north south east west northern southern eastern western central upper lower new old san santa saint sankt fort
    bad berg dorf see fluss kreis bezirk lac fleuve île montagne lago río isla montaña bahía fiume isola monte rivier eiland jezioro rzeka`,
  ],
  [
    classes.CALENDAR,
    `january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica
    januari februari maart mei augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag christmas easter thanksgiving halloween ramadan
    diwali weihnachten ostern noël navidad natale today tomorrow yesterday spring summer autumn winter morning evening night`,
  ],
  [
    classes.MONTH,
    `january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio
    settembre ottobre dicembre januari februari maart mei augustus janeiro fevereiro março junho julho setembro outubro novembro dezembro`,
  ],
  [
    classes.WEEKDAY,
    `monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì
    venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag`,
  ],
  [classes.AGE_UNIT, 'year years yr yrs yo yrs jahre jahr jährige jähriger ans años anni jaar lat anos'],
  [
    classes.STATE,
    `al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc
    aa ae ap fpo apo dpo psc usns usnv uss nsw vic qld tas act nt bc ab sk mb qc pe nb nl ns yt nu`,
  ],
  [
    classes.PARTICLE,
    `de del della delle dello di da dal dalla dos das do du des la le les los las lo van von zu zum zur der den het ter ten te af av bin ibn al el
    abu ben y e i san santa saint st jr sr ii iii iv o mac mc d l vom und and et & of the upon sur sous lès en am im an bei`,
  ],
  [
    classes.JOB,
    `operator technician consultant engineer manager director assistant officer clerk nurse teacher analyst designer developer programmer architect
    accountant cashier cleaner cook driver painter plumber electrician mechanic carpenter welder supervisor administrator coordinator specialist
    representative salesperson secretary receptionist scientist researcher therapist surgeon physician dentist pharmacist veterinarian lawyer
    paralegal librarian journalist editor writer photographer musician singer actor dancer chef baker butcher farmer gardener guard firefighter
    pilot attendant broker trader planner buyer inspector surveyor tutor lecturer psychologist counsellor counselor optician geologist
    ceo cfo cto president founder chairman intern trainee freelancer`,
  ],
  [
    classes.BETWEEN,
    `is are was were be been being am has have had having does did doing will would can could should shall might must not cannot this that these those it
    its he she they we you i him them us my your his her their our mine yours who whom whose what when where why how which if then than but because so
    there here just also very really please as with by at to into onto about before during any all some more most other others such only
    own same too again once both each few nor until while get gets got getting go goes going went make makes made take takes took see sees saw
    know knows knew think thinks thought come comes came want wants wanted need needs needed use uses used using give gives gave find found
    tell ask work works worked seem feel felt try leave put keep let begin help talk turn start show hear run
    ist sind war waren hat haben hatte wird werden wurde nicht ich du er sie es wir ihr mein meine meinen meiner dein ihre ihren sein seine mit auf für auch aber oder
    wenn dass daß wie wo kann sich noch nur sehr eine einen einem einer eines bin habe mir mich uns euch bitte nach
    est sont était je tu elle nous vous mais pas que qui dans avec pour ont avez suis cette ces mon son ses votre notre leur être avoir fait très
    es son soy está están fue era con pero como para mi su sus nuestro muy este esta tiene tengo hay ser estar ha he que
    è sono era che non con per come mio mia suo sua questo questa ho hai hanno molto essere avere
    is zijn was waren heeft hebben heb niet ik jij hij zij wij jullie mijn jouw zijn haar met voor ook maar als dat deze dit een naar
    jest są był była nie się że jak ale moja mój dla przez ma mam są não sou está são com para meu minha seu sua muito foi tem`,
  ],
  [
    classes.TECHNICAL,
    `api http https json xml html css sql url uri tcp udp dns ssl tls ssh git github docker kubernetes linux windows android python java javascript
    typescript rust ruby php react angular node redis postgres postgresql mysql mongodb kafka nginx apache server client service
    error warning info debug trace fatal exception failed success status version release build config module package class function method
    object string number boolean array null true false undefined default static public private
    added changed fixed removed deprecated security breaking features improvements documentation documented exposed resolved stopped updated
    ios macos iphone ipad excel word powerpoint outlook chrome firefox safari gpt llm ai ml cpu gpu ram usb pdf csv ip id uuid iban ssn pin atm
    faq hr it ok asap fyi eta pm am utc gmt usd eur gbp rfc iso utf ascii note notes todo fixme key value type calendar photo sms push chat`,
  ],
  [
    classes.PREPOSITION,
    'in at near from to within around across outside inside through towards toward via aus nach bei in à au aux en desde hacia a da verso uit naar w z do em no na',
  ],
  [
    classes.CODE,
    'func const let var return import export from def class struct type interface package void int float bool if else for while switch case select insert update delete where join',
  ],
  [classes.BOX, 'po box pobox postfach bp apartado postbus skrytka caixa casella locked bag gpo'],
  [
    classes.COMMON,
    `the a an and or of for in on no yes not if when while how what why who where which this that these those there here my your his her its our their
    i you he she it we they me him us them is are was were be have has had do does did can could will would should may might must please let maybe
    perhaps however although because since after before during until also then now today tomorrow yesterday first second third last next
    one two three four five six seven eight nine ten new old good great best better more most many much some any all every each both few
    several other another same such only just even still yet never always often sometimes usually really very quite too so as at by with from to
    about over under again once here's it's i'm don't can't won't let's that's there's what's who's i've you've we've i'll we'll as well
    need want use using used make made get got go going see look find found know think say said come came take give given work call try
    ask feel become leave put mean keep begin seem help show hear play run move live believe bring happen write provide sit stand lose pay
    meet include continue set learn change lead understand watch follow stop create speak read allow add spend grow open walk win offer
    remember consider appear buy wait serve die send expect build stay fall cut reach remain suggest raise pass sell require report decide
    der die das den dem des ein eine und oder aber nicht wir sie ich er es ist sind hat haben mit auf für von zu im am bei nach aus wie was wer wo
    wann warum bitte danke heute morgen gestern hier dort jetzt dann auch noch nur schon immer nie wenn weil dass alle viele
    le la les un une des et ou mais je tu il elle nous vous ils elles ce cette ces mon ton son est sont a ont avec pour dans sur par de du
    el la los las un una unos y o pero yo tú él ella nosotros es son está con para por en de del que qué cómo dónde cuándo gracias
    il lo la i gli le un una e o ma io tu lui lei noi voi loro è sono con per in di da che come dove quando grazie
    het een en of maar ik jij hij zij wij is zijn met voor op van naar hoe waar wanneer dank
    product service account order card payment invoice question answer problem issue request response message email phone date time day week
    month year summary introduction conclusion overview description example step steps table figure chapter section page list item total
    amount price cost plan project task goal result results data file files system user users team meeting report analysis
    discuss review prepare complete schedule remind reminder bring check family health weather food exercise training activity event
    user bot agent human assistant system question re subject fw fwd sent received shared attached kind regards`,
  ],
]
