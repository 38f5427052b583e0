import type { Words } from './concepts.js'

export const GERMAN: Words = {
  dismiss:
    'ignorier*, vergiss, vergesst, vergessen sie, missacht*, verwirf, verwerfen sie, ubergeh*, befolge nicht, folge nicht, nicht mehr befolgen, nicht befolgen, nicht mehr gultig, gilt nicht mehr, gelten nicht mehr, ungultig, aufgehoben, ausser kraft, hor auf, beachte nicht, nicht beachten, unbeachtet, umgehe, setze dich hinweg, widerrufen, hinfallig',
  drop: 'losche, streiche, lass weg, uberspring*, deaktivier*, schalte ab, ausschalten, abgeschaltet, abschalten, zurucksetzen, abbrechen, stopp',
  prior:
    'vorherig*, bisherig*, vorig*, vorangegangen*, obig*, fruher*, ursprunglich*, zuvor, vorher, davor, bislang, bisher, oben, anfanglich*, vorstehend*, am anfang',
  instruction: 'anweisung*, instruktion*, weisung*, befehl*, vorgabe*, auftrag*, anleitung*, direktive*',
  rule: 'regel*, richtlinie*, vorschrift*, leitlinie*, grundsatz*',
  prompt: 'eingabeaufforderung, prompts, konfiguration*, einstellung*, kontext',
  sysprompt:
    'systemprompt*, system-prompt, systemnachricht*, systemanweisung*, systembefehl*, ausgangsprompt, startanweisung*, versteckten anweisung*, geheimen anweisung*, interne anweisung*, internen anweisung*, ursprungliche anweisung*, internen regel*, geheimen regel*',
  fromnow:
    'ab jetzt, von nun an, von jetzt an, ab sofort, ab nun, fortan, kunftig, ab diesem moment, ab diesem zeitpunkt, in zukunft',
  instead: 'stattdessen, anstatt, statt dessen',
  newtask:
    'neue aufgabe, neuer auftrag, neue anweisung*, deine aufgabe, folgende aufgabe, neue regel*, eigentliche aufgabe',
  all: 'alle, alles, allen, aller, jede, jeden, jeder, jegliche*, samtlich*, vollstandig*, komplett*, ganze, ganzen, gesamte*, alles was',
  reveal: 'verrat*, offenbar*, enthull*, preisgeben, gib preis, aufdecken, rucke heraus',
  say: 'zeig*, nenne, sag, sage, schreib*, gib mir, gib, wiederhol*, zitier*, liste, drucke, gib aus, ausgeben, ubersetz*, antworte, erzahl*, verfasse',
  verbatim: 'wortlich, wort fur wort, im wortlaut, eins zu eins, unverandert',
  secret: 'geheim*, vertraulich*, versteckt*, verborgen*, intern*',
  key: 'passwort*, kennwort*, zugangsdaten, schlussel, zugangscode, zugangscodes, losungswort, codewort',
  you: 'du, dich, dir, sie, ihnen, euch, ihr',
  your: 'dein, deine, deinen, deiner, deines, deinem, ihre, ihren, ihrer',
  me: 'mir, mich, ich, mein, meine, meinen, uns',
  ai: 'ki, ki-modell, sprachmodell*, assistent*, ki-system*, kunstliche intelligenz, ki-assistent*',
  user: 'nutzer*, benutzer*, anwender*, kunde, kunden, leser*, empfanger*',
  role: 'tu so als, verhalte dich wie, spiele die rolle, schlupf in die rolle, agiere als, du bist jetzt, du bist nun, stell dir vor, spiel*, sei, nimm die rolle, benimm dich, rollenspiel, du heisst',
  devmode: 'entwicklermodus, wartungsmodus, adminmodus, debugmodus, debug-modus, gottmodus, testmodus',
  free: 'uneingeschrankt*, ungefiltert*, unzensiert*, ohne einschrankung*, ohne filter, ohne regeln, ohne grenzen, ohne zensur, keine regeln, keine grenzen, keine einschrankungen, keine filter, grenzenlos, ohne beschrankung*, keinerlei regeln',
  limit:
    'einschrankung*, beschrankung*, sicherheitsregel*, sicherheitsrichtlinie*, filter, grenzen, zensur, schutzmassnahme*, sicherheitsfilter',
  refuse: 'verweiger*, ablehn*, lehne ab, weiger*, nein sagen',
  obey: 'gehorch*, befolge, folge meinen, hore auf mich, tu was ich',
  never: 'niemals, nie, keinesfalls, nie wieder',
  without: 'ohne, kein, keine, keinen',
  send: 'sende, schick*, leite weiter, weiterleiten, ubermittle, lade hoch, versende',
  silent:
    'erwahne nicht, ohne es zu erwahnen, heimlich, sage nichts, ohne den nutzer, stillschweigend, ohne ruckfrage, unauffallig',
  must: 'musst, mussen, sollst, immer',
  urgent: 'wichtig*, dringend, sofort, achtung, hinweis',
  authority: 'entwickler, betreiber*, administrator*, vorgesetzte*, chef, administratorin',
  explain:
    'erklar*, was ist, was sind, wie kann ich, wie funktioniert, warum, unterschied, beispiel*, beschreib*, zusammenfass*, fasse, aufsatz, was bedeutet',
  note: 'hinweis an, nachricht an, an die ki, an den assistenten, an das modell, falls du eine ki, wenn du eine ki',
}

export const FRENCH: Words = {
  dismiss:
    "ignore, ignorez, ignorer, oublie, oubliez, oublier, ne tiens pas compte, ne tenez pas compte, ne tiens plus compte, ne suis plus, ne suivez plus, ne suis pas, ne respecte plus, ne respecte pas, fais abstraction, faites abstraction, laisse tomber, contourne*, outrepasse*, desobei*, ne s'appliquent plus, ne s'applique plus, plus valables, annulees, annule, abandonne, ecarte, mets de cote, caduques, neglige*",
  prior:
    "precedent*, anterieur*, ci-dessus, initial*, d'origine, de depart, du depart, avant, jusqu'ici, jusqu'a present, plus haut, auparavant, du debut, d'avant, qui precede, ce qui precede",
  instruction:
    'instruction, instructions, consigne, consignes, directive, directives, ordre, ordres, commande, commandes, indications, recommandations',
  rule: 'regle, regles, politique, principes, reglement',
  prompt: 'invite, configuration, contexte, parametres',
  sysprompt:
    'prompt systeme, message systeme, instructions systeme, invite systeme, instructions initiales, instructions cachees, consignes de depart, consignes initiales, consignes secretes, instructions secretes, prompt initial, instructions internes, consignes internes, invite initiale, message initial',
  fromnow:
    "desormais, a partir de maintenant, des maintenant, dorenavant, a compter de maintenant, a partir de cet instant, a partir de ce moment, a l'avenir",
  instead: 'a la place, plutot, au lieu de cela',
  newtask:
    'nouvelle tache, nouvelle instruction, nouvelles instructions, nouvelles consignes, nouvelles regles, ta mission, ta vraie tache, nouvelle consigne',
  all: "tout, toute, toutes, tous, n'importe quel, n'importe quelle, integralement, integralite, complet, complete, entier",
  reveal: 'revele*, divulgu*, devoil*, fuite, trahis',
  say: 'affiche*, montre*, donne*, dis, dites, ecris, ecrivez, repete*, imprime*, recopie*, cite, liste, traduis, transcris, communique*, reponds, repondez, fournis',
  verbatim: 'mot pour mot, textuellement, tel quel, telles quelles, a la lettre, ligne par ligne, mot a mot',
  secret: 'secret, secrets, secrete, secretes, cache, cachee, cachees, caches, confidentiel*, prive*',
  key: "mot de passe, mots de passe, identifiants, cle d'api, cle api, cles, jeton, code d'acces",
  you: "tu, toi, te, vous, t'a, t'ont",
  your: 'ton, ta, tes, votre, vos',
  me: 'moi, mon, ma, mes, nous',
  ai: 'ia, modele de langage, agent conversationnel, intelligence artificielle, assistant ia',
  user: 'utilisateur*, client, clients, lecteur*, destinataire*',
  role: "agis comme, agis en tant, agissez, fais semblant, joue le role, jouez le role, tu es maintenant, tu es desormais, vous etes maintenant, comporte-toi, comporte toi, imagine que, imagine, jeu de role, prends le role, incarne, mets-toi dans, fais comme si, tu t'appelles",
  devmode: 'mode developpeur, mode debogage, mode administrateur, mode maintenance, mode dieu, mode debug',
  free: 'sans restriction*, sans limite*, sans aucune limite, sans aucune restriction, sans filtre*, sans aucun filtre, sans censure, non censure*, illimite*, aucune regle, aucune limite, libre de toute, sans regle*, sans contrainte*, sans moderation',
  limit: 'restrictions, limites, limitations, filtres, filtre, censure, garde-fous, securite, moderation',
  refuse: 'refuse*, refus, decline*',
  obey: 'obeis, obeissez, obeir, suis mes, execute',
  never: 'jamais, plus jamais',
  without: 'sans, aucun, aucune',
  send: 'envoie, envoyez, envoyer, transmets, transmettez, transfere*, poste, telecharge',
  silent:
    "ne mentionne pas, sans le dire, sans le mentionner, ne dis pas, en silence, discretement, sans prevenir, sans demander, sans en parler, n'en parle pas",
  must: 'dois, devez, doit, faut, toujours',
  urgent: 'important, urgent, immediatement, attention',
  authority: 'developpeur*, administrateur*, createur*, concepteur*, responsable',
  explain:
    "explique*, qu'est-ce que, comment, pourquoi, difference, exemple*, decris, redige*, resume*, corrige*, que signifie",
  note: "note a l'ia, message pour l'ia, si tu es une ia, si vous etes une ia, a l'attention de l'assistant, note pour l'assistant",
}

export const SPANISH: Words = {
  dismiss:
    'ignora, ignore, ignorad, ignorar, ignores, ignorando, olvida, olvide, olvidad, olvidate, olvidese, olvidar, no sigas, no hagas caso, haz caso omiso, haga caso omiso, deja de seguir, descarta, descarte, desobedec*, omite, pasa por alto, no tengas en cuenta, ya no aplican, ya no se aplican, quedan anuladas, queda anulado, anulad*, anula, sin validez, prescinde de, desestima',
  prior:
    'anterior, anteriores, previo, previa, previos, previas, de arriba, inicial, iniciales, original, originales, precedente*, hasta ahora, antes, lo anterior, hasta aqui, antes de esto, dicho antes',
  instruction:
    'instruccion, instrucciones, orden, ordenes, indicacion, indicaciones, directriz, directrices, directiva*, consigna, consignas, mandato*, pautas',
  rule: 'regla, reglas, norma, normas, politicas, principios',
  prompt: 'configuracion, contexto, ajustes, indicador',
  sysprompt:
    'prompt del sistema, mensaje del sistema, mensaje de sistema, instrucciones del sistema, prompt de sistema, instrucciones ocultas, instrucciones iniciales, configuracion interna, indicaciones iniciales, prompt inicial, instrucciones secretas, instrucciones internas, texto oculto, reglas ocultas, instrucciones originales',
  fromnow:
    'a partir de ahora, desde ahora, de ahora en adelante, de aqui en adelante, en adelante, a partir de este momento, desde este momento',
  instead: 'en su lugar, en vez de eso, en cambio, en lugar de eso',
  newtask:
    'nueva tarea, nuevas instrucciones, nueva instruccion, nueva orden, nuevas reglas, tu tarea, tu verdadera tarea, nueva mision',
  all: 'todo, toda, todos, todas, cualquier, cualquiera, completo, completa, entero, integro, lo que sea',
  reveal: 'revela*, divulga*, filtra, expon, desvela*, filtrar',
  say: 'muestra*, muestre, dime, digame, di, escribe, escriba, imprime, repite, repita, dame, deme, ensename, lista, cita, traduce, copia, entrega, responde, responda, proporciona*, pasame',
  verbatim: 'palabra por palabra, literalmente, textualmente, tal cual, al pie de la letra, linea por linea',
  secret: 'secreto, secreta, secretos, secretas, oculto, oculta, ocultos, ocultas, confidencial*, privado, privada',
  key: 'contrasena*, clave, claves, credenciales, clave de api, clave api, codigo de acceso',
  you: 'tu, te, ti, usted, ustedes, vosotros, eres',
  your: 'tus, su, sus, vuestro, vuestra',
  me: 'mi, mis, yo, nos',
  ai: 'ia, modelo de lenguaje, asistente, asistentes, inteligencia artificial, agente, agentes, modelo',
  user: 'usuario*, cliente*, lector*, destinatario*',
  role: 'actua como, actue como, finge, finja, haz de, juega el papel, ahora eres, eres ahora, comportate como, imagina, simula, juego de rol, asume el papel, hazte pasar, te llamas, interpreta',
  devmode:
    'modo desarrollador, modo de desarrollador, modo administrador, modo depuracion, modo dios, modo de mantenimiento, modo mantenimiento',
  free: 'sin restriccion*, sin filtro*, sin limite*, sin censura, sin reglas, sin ninguna restriccion, sin limitaciones, ilimitado, libre de restricciones, sin ningun filtro, sin ninguna regla, no tienes limites, no tienes reglas',
  limit: 'restricciones, limites, limitaciones, filtros, censura, seguridad, moderacion',
  refuse: 'niegues, negarte, rechaz*, niega*, rehus*',
  obey: 'obedece*, obedecer, cumple, haz lo que te, sigue mis',
  never: 'nunca, jamas',
  without: 'sin, ningun, ninguna',
  send: 'envia*, envie, manda, mande, reenvia*, reenvie, transmite, sube, transfiere',
  silent:
    'no menciones, sin mencionar, sin decir, no digas, en silencio, en secreto, discretamente, sin avisar, no lo menciones, no se lo digas, sin preguntar',
  must: 'debes, debe, debera*, tienes que, siempre',
  urgent: 'importante, urgente, inmediatamente, atencion, ahora mismo',
  authority: 'desarrollador*, administrador*, creador*, supervisor, jefe',
  explain:
    'explica*, que es, que son, como puedo, como funciona, por que, diferencia, ejemplo*, describe*, redacta, resume, resumen, corrige, que significa',
  note: 'nota para la ia, mensaje para la ia, si eres una ia, nota al asistente, nota para el asistente, al asistente, para el modelo',
}

export const PORTUGUESE: Words = {
  dismiss:
    'ignorem, esqueca, esquece, esquecam, esquecer, desconsidere*, nao siga, nao sigas, deixe de seguir, descarte, desobedec*, anule, nao se aplicam mais, ja nao se aplicam, pare de seguir, desrespeite, nao valem mais, deixa de seguir',
  prior: 'anteriores, previos, acima, iniciais, originais, ate agora, ate aqui, o que foi dito, de cima, antes disso',
  instruction:
    'instrucao, instrucoes, orientacao, orientacoes, ordens, ordem, diretriz, diretrizes, comandos, comando, diretivas',
  rule: 'regra, regras, politica, normas, principios',
  prompt: 'configuracao, contexto, configuracoes',
  sysprompt:
    'prompt do sistema, mensagem do sistema, instrucoes do sistema, instrucoes ocultas, instrucoes iniciais, prompt de sistema, instrucoes secretas, prompt inicial, instrucoes internas, regras ocultas, configuracao interna',
  fromnow:
    'a partir de agora, de agora em diante, daqui em diante, doravante, daqui para frente, a partir deste momento',
  instead: 'em vez disso, em seu lugar, ao inves disso',
  newtask: 'nova tarefa, novas instrucoes, nova instrucao, sua tarefa, novas regras, nova ordem, sua verdadeira tarefa',
  all: 'tudo, todos, todas, qualquer, completo, inteiro, integral',
  reveal: 'revele, revela, divulgue, exponha, vaze',
  say: 'mostre, mostra, diga, escreva, escreve, imprima, repita, exiba, liste, cite, traduza, forneca, conte, responda, de-me, me diga, me mostre',
  verbatim: 'palavra por palavra, literalmente, na integra, tal como esta, ao pe da letra',
  secret: 'segredo*, secreto, secreta, oculto, oculta, escondid*, confidenci*',
  key: 'senha*, credenciais, chave, chaves, chave de api, palavra-passe, codigo de acesso',
  you: 'voce, voces, contigo',
  your: 'seu, sua, seus, suas, teu, tua, teus, tuas',
  me: 'meu, minha, meus, minhas, eu, nos',
  ai: 'ia, modelo de linguagem, assistente, inteligencia artificial, modelo',
  user: 'usuario*, utilizador*, cliente*, leitor*',
  role: 'aja como, finja, faca de conta, interprete, voce agora e, agora voce e, comporte-se como, imagine, atue como, assuma o papel, jogo de interpretacao, simule, passe-se por',
  devmode:
    'modo desenvolvedor, modo de desenvolvedor, modo administrador, modo deus, modo de depuracao, modo de manutencao',
  free: 'sem restric*, sem filtro*, sem limite*, sem censura, sem regras, sem nenhuma restricao, livre de restricoes, sem limitacoes, sem qualquer filtro',
  limit: 'restricoes, limites, limitacoes, filtros, censura, seguranca',
  refuse: 'recus*, negue, rejeit*',
  obey: 'obedeca, obedece, cumpra, faca o que eu',
  never: 'nunca, jamais',
  without: 'sem, nenhum, nenhuma',
  send: 'envie, mande, encaminhe, transmita, transfira',
  silent: 'nao mencione, sem mencionar, nao diga, em silencio, em segredo, sem avisar, sem perguntar, nao conte',
  must: 'deve, deves, precisa, sempre',
  urgent: 'importante, urgente, imediatamente, atencao',
  authority: 'desenvolvedor*, administrador*, criador*, programador*',
  explain:
    'explique, o que e, como funciona, como posso, por que, diferenca, exemplo*, descreva, resuma, corrija, o que significa',
  note: 'nota para a ia, mensagem para a ia, se voce e uma ia, nota ao assistente, ao assistente, para o modelo',
}

export const ITALIAN: Words = {
  dismiss:
    'ignora, ignorate, ignorare, ignori, dimentica*, scorda, scordati, non seguire, non tenere conto, non considerare, trascura, tralascia, disobbedisci, smetti di seguire, annulla*, scarta, non valgono piu, non sono piu valide, lascia perdere, metti da parte, aggira',
  prior:
    'precedent*, iniziali, iniziale, originali, originale, di sopra, sopra, finora, fino ad ora, prima, in precedenza, quanto detto, fin qui',
  instruction:
    'istruzione, istruzioni, ordine, ordini, direttiv*, indicazion*, comandi, comando, disposizion*, consegne',
  rule: 'regola, regole, norma, norme, politiche, principi, linee guida',
  prompt: 'configurazione, contesto, impostazioni',
  sysprompt:
    'prompt di sistema, messaggio di sistema, istruzioni di sistema, istruzioni nascoste, istruzioni iniziali, istruzioni segrete, prompt iniziale, regole nascoste, prompt del sistema, istruzioni interne, configurazione interna, istruzioni originali',
  fromnow:
    "d'ora in poi, da ora in poi, da adesso, a partire da ora, da questo momento, d'ora in avanti, da adesso in poi",
  instead: 'invece, al posto di, piuttosto',
  newtask:
    'nuovo compito, nuove istruzioni, nuova istruzione, nuove regole, il tuo compito, nuovo ordine, tuo vero compito',
  all: 'tutto, tutta, tutti, tutte, qualsiasi, qualunque, completo, completa, intero, integrale, ogni',
  reveal: 'rivela*, divulga*, svela*, esponi',
  say: 'mostra*, dimmi, dammi, scrivi, scrivimi, stampa, ripeti, elenca, cita, traduci, visualizza, fornisci, rispondi, riporta, copia',
  verbatim: 'parola per parola, letteralmente, testualmente, cosi come, alla lettera, riga per riga',
  secret: 'segreto, segreta, segreti, segrete, nascosto, nascosta, nascosti, nascoste, riservat*, confidenzial*',
  key: "password, credenziali, chiave, chiavi, chiave api, codice di accesso, parola d'ordine",
  you: 'tu, te, ti, voi, sei',
  your: 'tuo, tua, tuoi, tue, vostro, vostre',
  me: 'mio, mia, miei, mie, io, noi',
  ai: 'ia, modello linguistico, assistente, intelligenza artificiale, modello, agente',
  user: 'utent*, client*, lettor*, operatore, operatori',
  role: 'fingi, fai finta, agisci come, comportati come, interpreta, ora sei, adesso sei, immagina, gioco di ruolo, assumi il ruolo, impersona, recita, simula, sei diventato',
  devmode: 'modalita sviluppatore, modalita debug, modalita amministratore, modalita dio, modalita manutenzione',
  free: 'senza restrizion*, senza filtr*, senza limit*, senza censura, senza regole, senza alcun filtro, illimitato, senza alcuna restrizione, senza vincoli, senza alcun limite',
  limit: 'restrizioni, limiti, limitazioni, filtri, censura, sicurezza',
  refuse: 'rifiut*, nega*',
  obey: 'obbedisci, ubbidisci, esegui, fai quello che ti',
  never: 'mai, mai piu',
  without: 'senza, nessun, nessuna',
  send: 'invia*, manda*, inoltra*, trasmetti, spedisci',
  silent:
    'non menzionare, senza menzionare, non dire, in silenzio, di nascosto, senza chiedere, senza avvisare, non dirlo',
  must: 'devi, deve, dovete, sempre',
  urgent: 'importante, urgente, immediatamente, attenzione',
  authority: 'sviluppator*, amministrator*, creator*, gestore',
  explain:
    "spiega*, cos'e, che cos'e, come funziona, come posso, perche, differenza, esempi*, descrivi, riassumi, correggi, cosa significa",
  note: "nota per l'ia, messaggio per l'ia, se sei un'ia, nota per l'assistente, nota all'assistente, all'assistente, per il modello",
}

export const DUTCH: Words = {
  dismiss: 'negeer, negeren, vergeet, volg niet, niet meer volgen, gelden niet meer, trek je niets aan, ongeldig',
  prior: 'vorige, eerdere, voorgaande, bovenstaande, oorspronkelijke, tot nu toe, hierboven',
  instruction: 'instructie, instructies, opdracht*, bevel*, aanwijzing*, richtlijn*',
  rule: 'regels',
  sysprompt: 'systeemprompt, systeeminstructies, systeembericht, verborgen instructies, geheime instructies',
  fromnow: 'vanaf nu, voortaan, van nu af aan',
  all: 'alle, alles, volledige*',
  reveal: 'onthul, verklap, prijsgeven',
  say: 'toon, geef, laat zien, schrijf, herhaal, zeg, vertel',
  secret: 'geheim, geheime, verborgen, vertrouwelijk*',
  key: 'wachtwoord*',
  you: 'je, jij, jou',
  your: 'jouw, uw',
  me: 'mij, mijn',
  role: 'doe alsof, gedraag je als, je bent nu, speel de rol',
  free: 'zonder beperkingen, zonder filter*, zonder regels, ongecensureerd, onbeperkt*',
  send: 'stuur, verstuur',
  explain: 'leg uit, wat is, hoe kan ik, waarom',
}
